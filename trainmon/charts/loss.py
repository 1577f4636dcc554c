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
    VALIDATION_BY_EPOCH,
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
from trainmon.charts.joining import apart
from trainmon.charts.lines import HOVER_ROWS, LARGEST, Line, drawn_x, frame, hover_places, line, relative_unit, texts
from trainmon.charts.marks import resume_layer, resume_marks
from trainmon.runs.run import Role
from trainmon.stats.arrays import Floats
from trainmon.stats.thinning import isolated

RECENT_ROWS, RECENT_SHARE = 200, 5  # the recent part: a fifth of the rows, but at least 200
BY_EPOCH = "valid. by epoch"  # where epoch rows logged another one than the steps; short: three names fit above a narrow chart
COLOURS = {"train": TRAIN, "validation": VALIDATION, BY_EPOCH: VALIDATION_BY_EPOCH}


@dataclass(frozen=True)
class Parts:
    """The lines of a loss, None where there is none: train smoothed, validation, train as logged, superseded train rows.

    `by_epoch` is the validation of epoch rows, where they say something else than the steps that they end.
    """

    train: Line | None
    validation: Line | None
    by_epoch: Line | None
    raw: Line | None
    ghosts: Line | None

    @property
    def named(self) -> list[tuple[str, Line]]:
        """The lines of the legend."""
        lines = (("train", self.train), ("validation", self.validation), (BY_EPOCH, self.by_epoch))
        return [(name, each) for name, each in lines if each is not None]

    @property
    def logged(self) -> list[tuple[str, Line]]:
        """The lines of the legend as they were logged."""
        return [(name, self.raw if name == "train" and self.raw is not None else each) for name, each in self.named]

    @property
    def smoothed(self) -> bool:
        """True where the train line is not what was logged."""
        return self.train is not None and self.train.weight > 0

    def each(self, change: Callable[[Line], Line]) -> Parts:
        """Return the parts with every line changed."""
        lines = (self.train, self.validation, self.by_epoch, self.raw, self.ghosts)
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
    total = sum(each.rows for _, each in full.logged)
    return _chart(analysis, axis, scale, full.each(lambda each: each.since(start).thinned(limit)), start, total)


def loss_parts(analysis: Analysis, axis: Axis, scale: Scale, smooth: float) -> Parts | None:
    """Return all points of train and validation loss, None where neither was logged."""
    stretch = analysis.stretch
    if stretch is None:
        return None
    raw = _line(stretch, "train_loss", axis, scale)
    train = _line(stretch, "train_loss", axis, scale, weight=smooth) if smooth else raw
    measured = stretch.by_role("eval_loss")
    both = apart(measured) if measured is not None else (None, None)
    validation, by_epoch = (None if each is None else line(each, axis, scale=scale) for each in both)
    ghosts = _line(stretch, "train_loss", axis, scale, ghosts=True)
    return None if raw is None and validation is None else Parts(train, validation, by_epoch, raw, ghosts)


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
        "resumes": resume_marks(analysis, axis, unit, start),
        "hover": hover_rows(parts, hover_places([each for _, each in parts.named]), axis, unit),
    }
    datasets = {name: table for name, table in datasets.items() if name in filled(datasets)}
    names = tuple(name for name, _ in parts.named)
    caption = wording.side_by_side(loss_caption(parts, of=total), wording.RESUMES if "resumes" in datasets else "")
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
        few = name != "train" and len(each.x) <= HOVER_ROWS
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
    lines = {"smoothed": parts.train, "train": parts.raw, "validation": parts.validation, "by_epoch": parts.by_epoch}
    columns = {name: _at(places, each) for name, each in lines.items()}
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


def hover_fields(names: Sequence[str], *, smoothed: bool = True) -> list[tuple[str, str]]:
    """Return what the pointer shows of lines with these names, by column."""
    titles = {"train": "train", "smoothed": "train, smoothed", "validation": "validation, last", "by_epoch": f"{BY_EPOCH}, last"}
    shown = {"train": "train" in names, "smoothed": smoothed, "validation": "validation" in names, "by_epoch": BY_EPOCH in names}
    return [("step", "global step"), *((name, title) for name, title in titles.items() if shown[name])]


@lru_cache(maxsize=256)
def _spec(axis: Axis, unit: str, scale: Scale, names: tuple[str, ...], used: frozenset[str]) -> dict[str, Any]:
    x = x_channel(axis, unit)
    layers = loss_layers(x, y_channel(scale, "loss"), names)
    star = layers.pop("best")
    layers["lines"] = layers["lines"].add_params(zoom())
    around = {"resumes": resume_layer(x), "findings": finding_rules(x)}
    return finished({**layers, **around, "hover": hover_rules(x, hover_fields(names)), "best": star}, used)
