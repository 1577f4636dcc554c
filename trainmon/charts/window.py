"""The visible range of an x-axis, as the address bar and the browser write it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from trainmon.analysis.series import Axis, Series
from trainmon.charts.chart import RELATIVE_UNITS, Unit
from trainmon.charts.lines import Window

BETWEEN = "~"
STEPS_ACROSS = 10_000  # a range is written to about a tenth of a pixel


def parsed(text: str) -> Window | None:
    """Return the range that `text` ("12000~13000") names, None where it names none."""
    start, _, end = text.partition(BETWEEN)
    try:
        window = float(start), float(end)
    except ValueError:
        return None
    return window if math.isfinite(window[0]) and math.isfinite(window[1]) and window[0] < window[1] else None


def written(window: Window) -> str:
    """Return a range as text, with no more digits than can be seen."""
    decimals = max(0, math.ceil(math.log10(STEPS_ACROSS / (window[1] - window[0]))))
    return BETWEEN.join(_short(edge, min(decimals, 12)) for edge in window)


def from_drawn(edges: Sequence[float], axis: Axis, unit: Unit) -> Window:
    """Return the range that a chart reports, in the units of the axis: a browser counts clock time in milliseconds."""
    size = _size(axis, unit)
    return float(edges[0]) * size, float(edges[1]) * size


def to_drawn(window: Window, axis: Axis, unit: Unit) -> tuple[float, float]:
    """Return a range in the units in which a chart is drawn."""
    size = _size(axis, unit)
    return window[0] / size, window[1] / size


def on_axis(window: Window, series: Series, old: Axis, new: Axis) -> Window | None:
    """Return the range of `new` that shows the same rows of a series as `window` of `old`, None where it shows fewer than two."""
    before, after = series.x(old), series.x(new)
    shown = after[(before >= window[0]) & (before <= window[1]) & np.isfinite(after)]
    return (float(shown.min()), float(shown.max())) if len(shown) and shown.min() < shown.max() else None


def _size(axis: Axis, unit: Unit) -> float:
    return 0.001 if axis == "wall" else RELATIVE_UNITS[unit.time] if axis == "relative" else 1.0


def _short(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-0", "-0" if float(text) else "0", 1)
