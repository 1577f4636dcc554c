"""The loss chart of one run: train and validation, the best point, and what a later attempt superseded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.series import Axis, Series, Stretch
from trainmon.charts.chart import (
    BEST,
    BEST_EDGE,
    DRAWN_POINTS,
    NEUTRAL,
    RAW,
    STAR,
    TITLES,
    TRAIN,
    VALIDATION,
    Chart,
    Scale,
    colours,
    filled,
    finished,
    hover_rules,
    x_channel,
    y_channel,
    zoom,
)
from trainmon.charts.findings import finding_marks, finding_rules
from trainmon.charts.lines import HOVER_ROWS, LARGEST, Line, drawn_x, frame, hover_places, line, relative_unit, texts
from trainmon.runs.run import Role
from trainmon.stats.arrays import Floats
from trainmon.stats.thinning import isolated

RECENT_ROWS, RECENT_SHARE = 200, 5  # the recent part: a fifth of the rows, but at least 200
COLOURS = {"train": TRAIN, "validation": VALIDATION}


@dataclass(frozen=True)
class Parts:
    """The lines of a loss, None where there is none: train smoothed, validation, train as logged, superseded train rows."""

    train: Line | None
    validation: Line | None
    raw: Line | None
    ghosts: Line | None

    @property
    def named(self) -> list[tuple[str, Line]]:
        """The lines of the legend."""
        return [(name, each) for name, each in (("train", self.train), ("validation", self.validation)) if each is not None]

    @property
    def smoothed(self) -> bool:
        """True where the train line is not what was logged."""
        return self.train is not None and self.train.weight > 0

    def each(self, change: Callable[[Line], Line]) -> Parts:
        """Return the parts with every line changed."""
        lines = (self.train, self.validation, self.raw, self.ghosts)
        return Parts(*(None if each is None else change(each) for each in lines))


def loss_chart(
    analysis: Analysis,
    *,
    axis: Axis = "step",
    smooth: float = 0.0,
    scale: Scale = "linear",
    recent: bool = False,
    limit: int = DRAWN_POINTS,
) -> Chart | None:
    """Return train and validation loss of the analysed stretch, None where it logged neither."""
    full = loss_parts(analysis, axis, scale, smooth)
    if full is None:
        return None
    start = _recent_start(full.raw or full.named[0][1]) if recent else -np.inf
    total = sum(each.rows for each in (full.raw, full.validation) if each is not None)
    return _chart(analysis, axis, scale, full.each(lambda each: each.since(start).thinned(limit)), start, total)


def loss_parts(analysis: Analysis, axis: Axis, scale: Scale, smooth: float) -> Parts | None:
    """Return all points of train and validation loss, None where neither was logged."""
    stretch = analysis.stretch
    if stretch is None:
        return None
    raw = _line(stretch, "train_loss", axis, scale)
    train = _line(stretch, "train_loss", axis, scale, weight=smooth) if smooth else raw
    validation = _line(stretch, "eval_loss", axis, scale)
    ghosts = _line(stretch, "train_loss", axis, scale, ghosts=True)
    return None if raw is None and validation is None else Parts(train, validation, raw, ghosts)


def _line(stretch: Stretch, role: Role, axis: Axis, scale: Scale, *, weight: float = 0.0, ghosts: bool = False) -> Line | None:
    series = stretch.by_role(role, ghosts=ghosts)
    return None if series is None else line(series, axis, weight=weight, scale=scale)


def _recent_start(of: Line) -> float:
    rows = max(RECENT_ROWS, len(of.x) // RECENT_SHARE)
    return float(of.x[-rows]) if rows < len(of.x) else -np.inf


def _chart(analysis: Analysis, axis: Axis, scale: Scale, parts: Parts, start: float, total: int) -> Chart:
    unit = relative_unit([each for _, each in parts.named], axis)
    datasets = {
        **loss_tables(parts, axis, unit),
        "best": best_table(analysis, axis, unit, start),
        "findings": finding_marks(analysis, axis, unit, start),
        "hover": hover_rows(parts, hover_places([each for _, each in parts.named]), axis, unit),
    }
    datasets = {name: table for name, table in datasets.items() if name in filled(datasets)}
    names = tuple(name for name, _ in parts.named)
    caption = loss_caption(parts, of=total)
    return Chart(
        _spec(axis, unit, scale, names, frozenset(datasets)),
        datasets,
        caption,
        wording.chart_description("Loss", names, TITLES[axis]),
    )


def loss_caption(parts: Parts, of: int | None = None) -> str:
    """Return what is not shown of the lines as it was logged."""
    lines = [each for _, each in parts.named]
    return wording.chart_caption(
        drawn=sum(each.drawn for each in lines),
        rows=sum(each.rows for each in lines),
        of=of,
        weight=parts.train.weight if parts.train is not None else 0.0,
        hidden=sum(each.hidden for each in lines),
        non_finite=sum(each.non_finite for each in lines),
        superseded=parts.ghosts.rows if parts.ghosts is not None else 0,
    )


def loss_tables(parts: Parts, axis: Axis, unit: str) -> dict[str, pd.DataFrame]:
    """Return the rows that the lines are drawn from, by dataset name."""
    return {
        "lines": frame(parts.named, axis, unit),
        "raw": frame([("train", parts.raw)] if parts.raw is not None and parts.smoothed else [], axis, unit),
        "points": _points(parts.named, axis, unit),
        "ghosts": frame([("train", parts.ghosts)] if parts.ghosts is not None else [], axis, unit),
    }


def _points(named: Sequence[tuple[str, Line]], axis: Axis, unit: str) -> pd.DataFrame:
    """Return what a line alone does not show: points without neighbours, and validation where it is sparse."""
    shown = []
    for name, each in named:
        few = name == "validation" and len(each.x) <= HOVER_ROWS
        wanted = np.isfinite(each.y) if few else isolated(each.y)
        shown.append((name, Line(each.x[wanted], each.y[wanted], each.step[wanted], int(wanted.sum()), 0, 0)))
    return frame(shown, axis, unit)


def best_table(analysis: Analysis, axis: Axis, unit: str, start: float = -np.inf) -> pd.DataFrame:
    """Return the best point, no row where there is none from `start` on."""
    best, stretch = analysis.best, analysis.stretch
    x, y = np.empty(0), np.empty(0)
    if best is not None and stretch is not None:
        at = np.array([best.row], dtype=np.int64)
        x = Series(stretch, "", at, np.array([best.value])).x(axis)
        placed = np.isfinite(x) & (x >= start)
        x, y = x[placed], np.clip([best.value], -LARGEST, LARGEST)[placed]
    words = [wording.best_point(best.by, best.value, best.epoch, best.step)] * len(x) if best is not None else []
    return pd.DataFrame({"x": drawn_x(x, axis, unit), "y": y.astype(np.float32), "label": texts(words)})


def hover_rows(parts: Parts, places: Floats, axis: Axis, unit: str) -> pd.DataFrame:
    """Return what the pointer shows at each of the places, in words."""
    columns = {"smoothed": _at(places, parts.train), "train": _at(places, parts.raw), "validation": _at(places, parts.validation)}
    steps = parts.named[0][1].steps_at(places)
    table = pd.DataFrame({"x": drawn_x(places, axis, unit), "step": texts([wording.count(value) for value in steps])})
    return table.assign(**{name: texts([wording.loss(value) for value in values]) for name, values in columns.items()})


def _at(places: Floats, of: Line | None) -> Floats:
    return np.full(len(places), np.nan) if of is None else of.at(places)


def loss_layers(x: alt.X, y: alt.Y, names: Sequence[str]) -> dict[str, alt.Chart]:
    """Return the layers of the lines by the name of their dataset, from the back to the front."""
    colour = colours(names, [COLOURS[name] for name in names])
    ghosts = alt.Chart(alt.NamedData("ghosts")).mark_line(
        order=False, color=NEUTRAL, opacity=0.5, strokeDash=[2, 3], strokeWidth=1
    )
    raw = alt.Chart(alt.NamedData("raw")).mark_line(order=False, color=RAW, opacity=0.45, strokeWidth=1)
    lines = alt.Chart(alt.NamedData("lines")).mark_line(order=False, strokeWidth=2)
    points = alt.Chart(alt.NamedData("points")).mark_point(filled=True, size=36, opacity=1)
    star = alt.Chart(alt.NamedData("best")).mark_point(
        shape=STAR, size=240, opacity=1, fill=BEST, stroke=BEST_EDGE, strokeWidth=1
    )
    return {
        "ghosts": ghosts.encode(x=x, y=y),
        "raw": raw.encode(x=x, y=y),
        "lines": lines.encode(x=x, y=y, color=colour),
        "points": points.encode(x=x, y=y, color=colour),
        "best": star.encode(x=x, y=y, tooltip=[alt.Tooltip("label:N", title="best")]),
    }


HOVER_FIELDS = [("step", "global step"), ("train", "train"), ("smoothed", "train, smoothed"), ("validation", "validation, last")]


@lru_cache(maxsize=256)
def _spec(axis: Axis, unit: str, scale: Scale, names: tuple[str, ...], used: frozenset[str]) -> dict[str, Any]:
    x = x_channel(axis, unit)
    layers = loss_layers(x, y_channel(scale, "loss"), names)
    star = layers.pop("best")
    layers["lines"] = layers["lines"].add_params(zoom())
    return finished({**layers, "findings": finding_rules(x), "hover": hover_rules(x, HOVER_FIELDS), "best": star}, used)
