"""What is drawn of a series: smoothed first, thinned after, with everything left out counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.analysis.series import Axis, Series, shared_axis
from trainmon.charts.chart import DRAWN_POINTS, PLAIN, RELATIVE_UNITS, TITLES, Scale, Unit
from trainmon.runs.counted import Counted
from trainmon.stats.arrays import Floats, Indices, Mask
from trainmon.stats.smoothing import ema
from trainmon.stats.thinning import thin

HOVER_ROWS = 150  # more of them make every move of the pointer slow
COARSE_SHARE = 5  # beyond the visible range a line has a fifth of its points: enough to pan along
FEW_TO_SMOOTH = 50  # values: so few are seen one by one, and beside them an average seems to come late
Window = tuple[float, float]  # the visible range, in the units of the axis
LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Line:
    """The points of one line, y NaN at gaps. `rows` counts what they stand for, `hidden` values <= 0 on a log scale.

    Of a line that was thinned to a visible range the counts are those of the range; `outside` points lie beyond it. `step` are
    epochs or rows where these are `counted` in the place of steps.
    """

    x: Floats
    y: Floats
    step: Floats
    rows: int
    hidden: int
    non_finite: int
    weight: float = 0.0
    outside: int = 0
    counted: Counted = "step"
    not_finite: Mask | None = None  # where a gap is a value that was not finite; None where all gaps are of one kind

    @property
    def drawn(self) -> int:
        """How many points there are in the visible range."""
        return len(self.x) - self.outside

    @cached_property
    def ascending(self) -> bool:
        """True where x never goes back; clock time can."""
        return bool((self.x[1:] >= self.x[:-1]).all())

    @cached_property
    def coarse(self) -> Indices:
        """Points that draw the line roughly."""
        return thin(self.x, self.y, DRAWN_POINTS // COARSE_SHARE)

    @cached_property
    def last_known(self) -> Indices:
        """The index of the newest finite value at each point, -1 before the first."""
        known: Indices = np.maximum.accumulate(np.where(np.isfinite(self.y), np.arange(len(self.y)), -1))
        return known

    def at(self, places: Floats) -> Floats:
        """Return the newest finite value at or before each place, NaN before the first one."""
        if not self.ascending or not len(self.x):
            return value_at(places, self.x, self.y, hold=True)
        before = np.searchsorted(self.x, places, side="right") - 1
        rows = np.where(before >= 0, self.last_known[np.maximum(before, 0)], -1)
        return np.where(rows >= 0, self.y[rows], np.nan)

    def steps_at(self, places: Floats) -> Floats:
        """Return the global step of the last point at or before each place, NaN before the first one."""
        if not self.ascending:
            return value_at(places, self.x, self.step, hold=True)
        before = np.searchsorted(self.x, places, side="right") - 1
        return np.where(before >= 0, self.step[np.maximum(before, 0)], np.nan) if len(self.x) else np.full(len(places), np.nan)

    def inside(self, window: Window) -> Indices | slice:
        """Return where the points in the visible range are."""
        if self.ascending:
            return slice(int(np.searchsorted(self.x, window[0], "left")), int(np.searchsorted(self.x, window[1], "right")))
        return np.flatnonzero((self.x >= window[0]) & (self.x <= window[1]))

    def since(self, x: float) -> Line:
        """Return the part of the line from `x` on."""
        return self.part(np.flatnonzero(self.x >= x))

    def thinned(self, limit: int = DRAWN_POINTS, window: Window | None = None) -> Line:
        """Return at most `limit` points of the line, its extremes kept; with a `window`, most of them are inside it."""
        if window is None:
            return self._only(thin(self.x, self.y, limit))
        inside = self.inside(window)
        part = self.part(inside)
        at = np.arange(inside.start, inside.stop) if isinstance(inside, slice) else inside
        around = self._around(window, inside, limit // COARSE_SHARE)
        kept = at[thin(part.x, part.y, max(2, limit - len(around)))]
        counted = replace(self, rows=part.rows, hidden=part.hidden, non_finite=part.non_finite, outside=len(around))
        return counted._only(np.union1d(kept, around))

    def part(self, at: Indices | slice) -> Line:
        """Return some of the points, with what they stand for counted anew."""
        x, y, not_finite = self.x[at], self.y[at], self.not_finite
        gaps = len(y) - int(np.isfinite(y).sum())
        lost = gaps if not self.hidden else 0 if not_finite is None else int(not_finite[at].sum())
        rest = None if not_finite is None else not_finite[at]
        return replace(self, x=x, y=y, step=self.step[at], rows=len(x), hidden=gaps - lost, non_finite=lost, not_finite=rest)

    def _only(self, kept: Indices) -> Line:
        return replace(self, x=self.x[kept], y=self.y[kept], step=self.step[kept], not_finite=None)

    def _around(self, window: Window, inside: Indices | slice, limit: int) -> Indices:
        """Return a few points beyond the visible range, with the two to which the line leaves it."""
        coarse = self.coarse[(self.x[self.coarse] < window[0]) | (self.x[self.coarse] > window[1])]
        if len(coarse) > limit - 2:
            coarse = coarse[thin(self.x[coarse], self.y[coarse], max(2, limit - 2))]
        if not isinstance(inside, slice):
            return coarse
        ends = np.array([inside.start - 1, inside.stop], dtype=np.int64)
        return np.union1d(coarse, ends[(ends >= 0) & (ends < len(self.x))])


def line(series: Series, axis: Axis, *, weight: float = 0.0, scale: Scale = "linear") -> Line:
    """Return all points of a series that have a place on `axis`, with a gap where nothing can be drawn.

    They are smoothed by `weight` unless they are few.
    """
    weight = weight if len(series) > FEW_TO_SMOOTH else 0.0
    values = ema(series.values, weight, series.breaks) if weight else series.values
    finite = np.isfinite(series.values)
    drawable = finite & (values > 0) if scale == "log" else finite
    y = np.where(drawable, np.clip(values, -LARGEST, LARGEST), np.nan)
    x = series.x(axis)
    placed = np.isfinite(x)
    hidden, non_finite = int((finite & ~drawable & placed).sum()), int((~finite & placed).sum())
    both = ~finite[placed] if hidden and non_finite else None
    counted, rows = series.stretch.counted, int(placed.sum())
    step = x if axis == "done" else series.x("step")
    return Line(x[placed], y[placed], step[placed], rows, hidden, non_finite, weight, counted=counted, not_finite=both)


def lines_of_attempts(series: Series, axis: Axis, *, scale: Scale = "linear") -> tuple[Line, ...]:
    """Return a line for each attempt that a series has values of: where one ends and another begins there is no way between."""
    edges = [0, *series.breaks.tolist(), len(series)]
    pieces = [slice(*pair) for pair in pairwise(edges)]
    return tuple(line(replace(series, rows=series.rows[each], values=series.values[each]), axis, scale=scale) for each in pieces)


def common_axis(axis: Axis, series: Iterable[Series]) -> Axis:
    """Return the axis on which several series are drawn: epochs and rows pass for steps only where none of them has steps."""
    return shared_axis(axis, (each.stretch for each in series))


def axis_unit(lines: Sequence[Line], axis: Axis) -> Unit:
    """Return how the numbers of an axis are written for these lines: training time as the longest of them reads best."""
    longest = max(lines, key=lambda each: float(each.x.max(initial=-np.inf)), default=None)
    place = TITLES["done"] if axis == "done" else wording.along(longest.counted if longest is not None else "step")
    end = float(longest.x.max(initial=0.0)) if longest is not None and axis == "relative" else 0.0
    return Unit("s" if end < 300 else "min" if end < 4 * 3_600 else "h", place)


def drawn_x(x: Floats, axis: Axis, unit: Unit = PLAIN) -> pd.Series[Any]:
    """Return places on `axis` in the smallest type that holds them exactly enough to be drawn."""
    if axis == "wall":
        moments = pd.Series((x * 1_000).astype("int64").astype("datetime64[ms]"))
        return moments.dt.tz_localize("UTC")  # with a zone a browser shows its own clock, as the rest of the page does
    if axis == "step" and (x == np.trunc(x)).all() and (np.abs(x) < 2**31).all():
        return pd.Series(x.astype(np.int32))
    return pd.Series((x / RELATIVE_UNITS.get(unit.time, 1.0)).astype(np.float64 if axis == "step" else np.float32))


def frame(lines: Sequence[tuple[str, Line]], axis: Axis, unit: Unit = PLAIN) -> pd.DataFrame:
    """Return lines as one long table with the columns x, y and series, with names as given, in small deterministic types."""
    names = list(dict.fromkeys(name for name, _ in lines))
    x = np.concatenate([each.x for _, each in lines]) if lines else np.empty(0)
    y = np.concatenate([each.y for _, each in lines]) if lines else np.empty(0)
    codes = np.repeat([names.index(name) for name, _ in lines], [len(each.x) for _, each in lines])
    table = pd.DataFrame({"x": drawn_x(x, axis, unit), "y": y.astype(np.float32)})
    return table.assign(series=pd.Categorical.from_codes(codes, categories=pd.Index(names)))


def hover_places(lines: Sequence[Line], window: Window | None = None) -> Floats:
    """Return at most 150 places for the crosshair: the last point in each bin of a grid that stays as the lines grow.

    The bins are multiples of a power of two, so that a new row moves no earlier place and the crosshair stays. With a
    `window` the places are inside it.
    """
    x = np.unique(np.concatenate([each.x for each in lines])) if lines else np.empty(0)
    if window is not None:
        x = x[(x >= window[0]) & (x <= window[1])]
    if len(x) <= HOVER_ROWS:
        return x
    width = 2.0 ** np.ceil(np.log2((x[-1] - x[0]) / (HOVER_ROWS - 2)))
    bins = np.floor(x / width)
    return x[np.flatnonzero(np.append(bins[1:] != bins[:-1], True))]


def value_at(places: Floats, x: Floats, y: Floats, *, hold: bool = False) -> Floats:
    """Return the last finite y at or before each place, NaN before the first and (unless `hold`) after the last point."""
    known = np.isfinite(y)
    x, y = x[known], y[known]
    if not len(x):
        return np.full(len(places), np.nan)
    order = np.argsort(x, kind="stable")  # wall time can go back
    at: Indices = np.searchsorted(x[order], places, side="right") - 1
    outside = (at < 0) if hold else (at < 0) | (places > x.max())
    return np.where(outside, np.nan, y[order][np.maximum(at, 0)])


def texts(words: Sequence[str]) -> pd.Categorical[str]:
    """Return words as a column that always serialises to the same bytes."""
    return pd.Categorical(list(words), categories=list(dict.fromkeys(words)))


def hover_table(drawn: Line, axis: Axis, unit: Unit, name: str, say: Callable[[float], str]) -> pd.DataFrame:
    """Return what the pointer shows along one line: where, the step, and under `name` the value in words."""
    places = hover_places([drawn])
    steps, values = value_at(places, drawn.x, drawn.step), value_at(places, drawn.x, drawn.y)
    words = {"step": [wording.count(each) for each in steps], name: [say(each) for each in values]}
    return pd.DataFrame({"x": drawn_x(places, axis, unit), **{each: texts(column) for each, column in words.items()}})
