"""What is drawn of each side of a comparison: the line of a run, or mean and band of a group of seeds on a common grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trainmon.analysis.series import Axis
from trainmon.charts.chart import Scale
from trainmon.charts.joining import apart, in_turn, whole_line
from trainmon.charts.lines import Line, line
from trainmon.comparison import Comparison, Side
from trainmon.comparison.metrics import series_of
from trainmon.stats.arrays import Floats
from trainmon.stats.levels import grid_means

GRID = 250  # places of a group's mean


@dataclass(frozen=True)
class Strand:
    """What one side draws: a line, the runs of a group each after the other where clock times keep them apart, or mean and band.

    `low` and `high` have a value for each point of the line, None without a band.
    """

    label: str
    line: Line
    low: Floats | None = None
    high: Floats | None = None


def strand(comparison: Comparison, side: Side, axis: Axis, weight: float, scale: Scale) -> Strand | None:
    """Return what a side draws of the compared metric, None where it logged none that has a place on `axis`."""
    lines = [_line(comparison, place, axis, weight, scale, alone=len(side.members) == 1) for place in side.members]
    known = [each for each in lines if each is not None]
    if not known:
        return None
    if len(known) == 1:
        return Strand(side.label, known[0])
    band = _band(side.label, known) if axis != "wall" else None
    return band if band is not None and len(band.line.x) else Strand(side.label, in_turn(known))


def _line(comparison: Comparison, place: int, axis: Axis, weight: float, scale: Scale, *, alone: bool) -> Line | None:
    series = series_of(comparison.entries[place].analysis, comparison.chosen)
    if series is None:
        return None
    if alone:
        found = whole_line(series, axis, weight=weight, scale=scale)
    else:  # a mean of two measurements would be one of neither
        found = line(apart(series)[0], axis, weight=weight, scale=scale)
    return found if len(found.x) else None


def _band(label: str, lines: Sequence[Line]) -> Strand:
    """Return mean, lowest and highest of several lines wherever at least two of them, and half of them, are."""
    places = np.unique(np.concatenate([each.x for each in lines]))
    if len(places) > GRID:
        edges = np.linspace(places[0], places[-1], GRID + 1)
        places = (edges[1:] + edges[:-1]) / 2
        values = np.array([grid_means(each.x, each.y, edges) for each in lines])
        steps = grid_means(lines[0].x, lines[0].step, edges)
    else:
        values = np.array([_at(places, each.x, each.y) for each in lines])
        steps = _at(places, lines[0].x, lines[0].step)
    kept = np.isfinite(values).sum(axis=0) >= max(2, len(lines) / 2)
    places, values, steps = places[kept], values[:, kept], steps[kept]
    mean = np.nanmean(values, axis=0) if len(places) else np.empty(0)
    low, high = (reduce(values, axis=0) if len(places) else np.empty(0) for reduce in (np.nanmin, np.nanmax))
    totals = {name: sum(getattr(each, name) for each in lines) for name in ("rows", "hidden", "non_finite")}
    return Strand(label, replace(lines[0], x=places, y=mean, step=steps, **totals), low, high)


def _at(places: Floats, x: Floats, y: Floats) -> Floats:
    known = np.isfinite(y)
    if not known.any():
        return np.full(len(places), np.nan)
    order = np.argsort(x[known], kind="stable")
    found: Floats = np.interp(places, x[known][order], y[known][order], left=np.nan, right=np.nan)
    return found
