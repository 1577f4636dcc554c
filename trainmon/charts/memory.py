"""Available memory along a training, with the lines that it should stay above."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.charts.chart import (
    DRAWN_POINTS,
    ERROR,
    MEMORY,
    TITLES,
    WARNING,
    Chart,
    filled,
    finished,
    hover_rules,
    x_channel,
    y_channel,
    zoom,
)
from trainmon.charts.lines import Line, frame, hover_table, line, relative_unit, texts
from trainmon.series import Axis
from trainmon.stats.thinning import isolated
from trainmon.timing import WARNING_MB

LOWEST_MB = 1_000  # the guide: available memory should never fall below 1 GB


def memory_chart(analysis: Analysis, *, axis: Axis = "step", limit: int = DRAWN_POINTS) -> Chart | None:
    """Return the available memory of the analysed stretch, None where none was logged."""
    series = analysis.stretch.by_role("memory") if analysis.stretch is not None else None
    if series is None or analysis.memory is None:
        return None
    full = line(series, axis)
    if not len(full.x):
        return None
    drawn = full.thinned(limit)
    unit = relative_unit([drawn], axis)
    alone = isolated(drawn.y)
    points = Line(drawn.x[alone], drawn.y[alone], drawn.step[alone], int(alone.sum()), 0, 0)
    datasets = {
        "lines": frame([("memory", drawn)], axis, unit),
        "points": frame([("memory", points)], axis, unit),
        "limits": _limits(analysis.memory.ever_above_5gb),
        "hover": hover_table(drawn, axis, unit, "memory", wording.memory),
    }
    description = wording.chart_description("Available memory", ["MB"], TITLES[axis])
    datasets = {name: table for name, table in datasets.items() if name in filled(datasets)}
    caption = wording.chart_caption(drawn=len(drawn.x), rows=drawn.rows, non_finite=drawn.non_finite)
    return Chart(_spec(axis, unit, frozenset(datasets)), datasets, caption, description)


def _limits(ever_above_5gb: bool) -> pd.DataFrame:
    """Return the 1 GB line, and the 5 GB line only where it says something: on a small machine it would warn for ever."""
    lines = [(LOWEST_MB, wording.LOWEST_MEMORY, ERROR), *([(WARNING_MB, wording.LOW_MEMORY, WARNING)] if ever_above_5gb else [])]
    values, labels, colours = zip(*lines, strict=True)
    return pd.DataFrame({"y": np.array(values, dtype=np.float32), "label": texts(labels), "colour": texts(colours)})


@lru_cache(maxsize=64)
def _spec(axis: Axis, unit: str, used: frozenset[str]) -> dict[str, Any]:
    x, y = x_channel(axis, unit), y_channel("linear", "available memory (MB)", zero=True)
    limits = alt.Chart(alt.NamedData("limits")).encode(y=y, color=alt.Color("colour:N", scale=None))
    words = limits.mark_text(align="left", baseline="bottom", dx=4, dy=-3, fontSize=12).encode(x=alt.value(0), text="label:N")
    lines = alt.Chart(alt.NamedData("lines")).mark_line(order=False, color=MEMORY, strokeWidth=1.75).encode(x=x, y=y)
    points = alt.Chart(alt.NamedData("points")).mark_point(color=MEMORY, filled=True, size=36, opacity=1).encode(x=x, y=y)
    fields = [("step", "global step"), ("memory", "available memory")]
    layers = {
        "limits": alt.layer(limits.mark_rule(strokeDash=[6, 4], strokeWidth=1.5), words),
        "lines": lines.add_params(zoom()),
        "points": points,
        "hover": hover_rules(x, fields),
    }
    return finished(layers, used)
