"""The loss chart of one run: train and validation, the best point, and what a later attempt superseded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.analysis import Analysis
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
from trainmon.charts.lines import HOVER_ROWS, LARGEST, Line, drawn_x, frame, hover_places, line, relative_unit, texts, value_at
from trainmon.run import Floats, Role
from trainmon.series import Axis, Series, Stretch
from trainmon.stats.thinning import isolated

RECENT_ROWS, RECENT_SHARE = 200, 5  # the recent part: a fifth of the rows, but at least 200
COLOURS = {"train": TRAIN, "validation": VALIDATION}


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
    stretch = analysis.stretch
    if stretch is None:
        return None
    raw = _line(stretch, "train_loss", axis, scale)
    validation = _line(stretch, "eval_loss", axis, scale)
    train = _line(stretch, "train_loss", axis, scale, weight=smooth)
    ghosts = _line(stretch, "train_loss", axis, scale, ghosts=True)
    full = raw if raw is not None else validation
    if full is None:
        return None
    start = _recent_start(full) if recent else -np.inf
    parts = [None if each is None else each.since(start) for each in (train, validation, raw, ghosts)]
    total = sum(each.rows for each in (raw, validation) if each is not None)
    return _chart(analysis, axis, scale, [None if each is None else each.thinned(limit) for each in parts], start, total)


def _line(stretch: Stretch, role: Role, axis: Axis, scale: Scale, *, weight: float = 0.0, ghosts: bool = False) -> Line | None:
    series = stretch.by_role(role, ghosts=ghosts)
    return None if series is None else line(series, axis, weight=weight, scale=scale)


def _recent_start(of: Line) -> float:
    rows = max(RECENT_ROWS, len(of.x) // RECENT_SHARE)
    return float(of.x[-rows]) if rows < len(of.x) else -np.inf


def _chart(analysis: Analysis, axis: Axis, scale: Scale, parts: Sequence[Line | None], start: float, total: int) -> Chart:
    train, validation, raw, ghosts = parts
    named = [(name, each) for name, each in (("train", train), ("validation", validation)) if each is not None]
    unit = relative_unit([each for _, each in named], axis)
    smoothed = train is not None and train.weight > 0
    datasets = {
        "lines": frame(named, axis, unit),
        "raw": frame([("train", raw)] if raw is not None and smoothed else [], axis, unit),
        "points": _points(named, axis, unit),
        "ghosts": frame([("train", ghosts)] if ghosts is not None else [], axis, unit),
        "best": _best(analysis, axis, unit, start),
        "findings": finding_marks(analysis, axis, unit, start),
        "hover": _hover(train, validation, raw, axis, unit),
    }
    datasets = {name: table for name, table in datasets.items() if name in filled(datasets)}
    spec = _spec(axis, unit, scale, tuple(name for name, _ in named), frozenset(datasets))
    caption = wording.chart_caption(
        drawn=sum(len(each.x) for _, each in named),
        rows=sum(each.rows for _, each in named),
        of=total,
        weight=train.weight if train is not None else 0.0,
        hidden=sum(each.hidden for _, each in named),
        non_finite=sum(each.non_finite for _, each in named),
        superseded=ghosts.rows if ghosts is not None else 0,
    )
    return Chart(spec, datasets, caption, wording.chart_description("Loss", [name for name, _ in named], TITLES[axis]))


def _points(named: Sequence[tuple[str, Line]], axis: Axis, unit: str) -> pd.DataFrame:
    """Return what a line alone does not show: points without neighbours, and validation where it is sparse."""
    shown = []
    for name, each in named:
        few = name == "validation" and len(each.x) <= HOVER_ROWS
        wanted = np.isfinite(each.y) if few else isolated(each.y)
        shown.append((name, Line(each.x[wanted], each.y[wanted], each.step[wanted], int(wanted.sum()), 0, 0)))
    return frame(shown, axis, unit)


def _best(analysis: Analysis, axis: Axis, unit: str, start: float) -> pd.DataFrame:
    best, stretch = analysis.best, analysis.stretch
    x, y = np.empty(0), np.empty(0)
    if best is not None and stretch is not None:
        at = np.array([best.row], dtype=np.int64)
        x = Series(stretch, "", at, np.array([best.value])).x(axis)
        placed = np.isfinite(x) & (x >= start)
        x, y = x[placed], np.clip([best.value], -LARGEST, LARGEST)[placed]
    words = [wording.best_point(best.by, best.value, best.epoch, best.step)] * len(x) if best is not None else []
    return pd.DataFrame({"x": drawn_x(x, axis, unit), "y": y.astype(np.float32), "label": texts(words)})


def _hover(train: Line | None, validation: Line | None, raw: Line | None, axis: Axis, unit: str) -> pd.DataFrame:
    drawn = [each for each in (train, validation) if each is not None]
    places = hover_places(drawn)
    columns = {"smoothed": _at(places, train), "train": _at(places, raw), "validation": _at(places, validation)}
    steps = value_at(places, drawn[0].x, drawn[0].step, hold=True)
    table = pd.DataFrame({"x": drawn_x(places, axis, unit), "step": texts([wording.count(value) for value in steps])})
    return table.assign(**{name: texts([wording.loss(value) for value in values]) for name, values in columns.items()})


def _at(places: Floats, of: Line | None) -> Floats:
    return np.full(len(places), np.nan) if of is None else value_at(places, of.x, of.y, hold=True)


@lru_cache(maxsize=256)
def _spec(axis: Axis, unit: str, scale: Scale, names: tuple[str, ...], used: frozenset[str]) -> dict[str, Any]:
    x, y = x_channel(axis, unit), y_channel(scale, "loss")
    colour = colours(names, [COLOURS[name] for name in names])
    ghosts = alt.Chart(alt.NamedData("ghosts")).mark_line(
        order=False, color=NEUTRAL, opacity=0.5, strokeDash=[2, 3], strokeWidth=1
    )
    raw = alt.Chart(alt.NamedData("raw")).mark_line(order=False, color=RAW, opacity=0.45, strokeWidth=1)
    lines = alt.Chart(alt.NamedData("lines")).mark_line(order=False, strokeWidth=2).encode(x=x, y=y, color=colour)
    points = alt.Chart(alt.NamedData("points")).mark_point(filled=True, size=36, opacity=1).encode(x=x, y=y, color=colour)
    star = alt.Chart(alt.NamedData("best")).mark_point(
        shape=STAR, size=240, opacity=1, fill=BEST, stroke=BEST_EDGE, strokeWidth=1
    )
    fields = [("step", "global step"), ("train", "train"), ("smoothed", "train, smoothed"), ("validation", "validation, last")]
    layers = {
        "ghosts": ghosts.encode(x=x, y=y),
        "raw": raw.encode(x=x, y=y),
        "lines": lines.add_params(zoom()),
        "points": points,
        "findings": finding_rules(x),
        "hover": hover_rules(x, fields),
        "best": star.encode(x=x, y=y, tooltip=[alt.Tooltip("label:N", title="best")]),
    }
    return finished(layers, used)
