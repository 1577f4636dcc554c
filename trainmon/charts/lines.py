"""What is drawn of a series: smoothed first, thinned after, with everything left out counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.charts.chart import DRAWN_POINTS, RELATIVE_UNITS, Scale
from trainmon.run import Floats, Indices
from trainmon.series import Axis, Series
from trainmon.stats.smoothing import ema
from trainmon.stats.thinning import thin

HOVER_ROWS = 150  # more of them make every move of the pointer slow
LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Line:
    """The points of one line, y NaN at gaps. `rows` counts what they stand for, `hidden` values <= 0 on a log scale."""

    x: Floats
    y: Floats
    step: Floats
    rows: int
    hidden: int
    non_finite: int
    weight: float = 0.0

    def since(self, x: float) -> Line:
        """Return the part of the line from `x` on."""
        kept = self.x >= x
        rows = int(kept.sum())
        gaps = int((~np.isfinite(self.y[kept])).sum())
        hidden = min(self.hidden, gaps)
        return replace(
            self, x=self.x[kept], y=self.y[kept], step=self.step[kept], rows=rows, hidden=hidden, non_finite=gaps - hidden
        )

    def thinned(self, limit: int = DRAWN_POINTS) -> Line:
        """Return at most `limit` points of the line, its extremes kept."""
        kept = thin(self.x, self.y, limit)
        return replace(self, x=self.x[kept], y=self.y[kept], step=self.step[kept])


def line(series: Series, axis: Axis, *, weight: float = 0.0, scale: Scale = "linear") -> Line:
    """Return all points of a series that have a place on `axis`, smoothed by `weight`, with a gap where nothing can be drawn."""
    values = ema(series.values, weight, series.breaks) if weight else series.values
    finite = np.isfinite(series.values)
    drawable = finite & (values > 0) if scale == "log" else finite
    y = np.where(drawable, np.clip(values, -LARGEST, LARGEST), np.nan)
    x = series.x(axis)
    placed = np.isfinite(x)
    hidden, non_finite = int((finite & ~drawable & placed).sum()), int((~finite & placed).sum())
    return Line(x[placed], y[placed], series.global_step[placed], int(placed.sum()), hidden, non_finite, weight)


def relative_unit(lines: Sequence[Line], axis: Axis) -> str:
    """Return the unit in which the longest of the lines reads best, "s" for every axis but the relative one."""
    if axis != "relative":
        return "s"
    longest = max((float(each.x.max()) for each in lines if len(each.x)), default=0.0)
    return "s" if longest < 300 else "min" if longest < 4 * 3_600 else "h"


def drawn_x(x: Floats, axis: Axis, unit: str = "s") -> pd.Series[float]:
    """Return places on `axis` in the smallest type that holds them exactly enough to be drawn."""
    if axis == "wall":
        return pd.Series((x * 1_000).astype("int64").astype("datetime64[ms]"))
    if axis == "step" and (x == np.trunc(x)).all() and (np.abs(x) < 2**31).all():
        return pd.Series(x.astype(np.int32))
    return pd.Series((x / RELATIVE_UNITS[unit]).astype(np.float64 if axis == "step" else np.float32))


def frame(lines: Sequence[tuple[str, Line]], axis: Axis, unit: str = "s") -> pd.DataFrame:
    """Return lines as one long table with the columns x, y and series, with names as given, in small deterministic types."""
    names = list(dict.fromkeys(name for name, _ in lines))
    x = np.concatenate([each.x for _, each in lines]) if lines else np.empty(0)
    y = np.concatenate([each.y for _, each in lines]) if lines else np.empty(0)
    codes = np.repeat([names.index(name) for name, _ in lines], [len(each.x) for _, each in lines])
    table = pd.DataFrame({"x": drawn_x(x, axis, unit), "y": y.astype(np.float32)})
    return table.assign(series=pd.Categorical.from_codes(codes.astype(np.int8), categories=pd.Index(names)))


def hover_places(lines: Sequence[Line]) -> Floats:
    """Return at most 150 places for the crosshair: the last point in each bin of a grid that stays as the lines grow.

    The bins are multiples of a power of two, so that a new row moves no earlier place and the crosshair stays.
    """
    x = np.unique(np.concatenate([each.x for each in lines])) if lines else np.empty(0)
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


def hover_table(drawn: Line, axis: Axis, unit: str, name: str, say: Callable[[float], str]) -> pd.DataFrame:
    """Return what the pointer shows along one line: where, the step, and under `name` the value in words."""
    places = hover_places([drawn])
    steps, values = value_at(places, drawn.x, drawn.step), value_at(places, drawn.x, drawn.y)
    words = {"step": [wording.count(each) for each in steps], name: [say(each) for each in values]}
    return pd.DataFrame({"x": drawn_x(places, axis, unit), **{each: texts(column) for each, column in words.items()}})
