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
from trainmon.analysis.figures import Best
from trainmon.analysis.series import Axis, Series
from trainmon.charts.chart import (
    BEST,
    BEST_EDGE,
    DRAWN_POINTS,
    NEUTRAL,
    RAW,
    STAR,
    TRAIN,
    VALIDATION,
    VALIDATION_BY_EPOCH,
    Chart,
    Scale,
    Unit,
    axis_title,
    colours,
    filled,
    finished,
    hover_rules,
    step_field,
    x_channel,
    y_channel,
    zoom,
)
from trainmon.charts.findings import finding_marks, finding_rules
from trainmon.charts.lines import HOVER_ROWS, LARGEST, Line, axis_unit, drawn_x, frame, hover_places, texts
from trainmon.charts.loss_parts import BY_EPOCH, Parts, loss_parts
from trainmon.charts.marks import resume_layer, resume_marks
from trainmon.stats.arrays import Floats
from trainmon.stats.thinning import isolated

RECENT_ROWS, RECENT_SHARE = 200, 5  # the recent part: a fifth of the rows, but at least 200
COLOURS = {"train": TRAIN, "validation": VALIDATION, BY_EPOCH: VALIDATION_BY_EPOCH}


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
    return _chart(analysis, axis, scale, full.since(start).thinned(limit), start, total)


def _recent_start(of: Line) -> float:
    rows = max(RECENT_ROWS, len(of.x) // RECENT_SHARE)
    return float(of.x[-rows]) if rows < len(of.x) else -np.inf


def _chart(analysis: Analysis, axis: Axis, scale: Scale, parts: Parts, start: float, total: int) -> Chart:
    unit = axis_unit([each for _, each in parts.named], axis)
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
        wording.chart_description("Loss", names, axis_title(axis, unit)),
    )


def loss_caption(parts: Parts, of: int | None = None) -> str:
    """Return what is not shown of the lines as it was logged."""
    lines = [each for _, each in parts.named]
    return wording.chart_caption(
        drawn=sum(each.drawn for each in lines),
        rows=sum(each.rows for each in lines),
        of=of,
        weight=parts.weight,
        smoothed=bool(parts.smoothed),
        hidden=sum(each.hidden for each in lines),
        non_finite=sum(each.non_finite for each in lines),
        superseded=sum(each.rows for each in parts.ghosts),
    )


def loss_tables(parts: Parts, axis: Axis, unit: Unit) -> dict[str, pd.DataFrame]:
    """Return the rows that the lines are drawn from, by dataset name."""
    faint = {name: [(name, each)] if name in parts.smoothed else [] for name, each in parts.logged}
    return {
        "lines": frame(parts.named, axis, unit),
        "raw": frame(faint.get("train", []), axis, unit),
        "raw_validation": frame(faint.get("validation", []), axis, unit),
        "points": _points(parts, axis, unit),
        "ghosts": frame([(str(number), each) for number, each in enumerate(parts.ghosts)], axis, unit),
    }


def _points(parts: Parts, axis: Axis, unit: Unit) -> pd.DataFrame:
    """Return what a line alone does not show: points without neighbours, and validation as it was logged where it is sparse."""
    shown, logged = [], dict(parts.logged)
    for name, each in parts.named:
        few = name != "train" and len(each.x) <= HOVER_ROWS
        of = logged[name] if few else each
        wanted = np.isfinite(of.y) if few else isolated(of.y)
        shown.append((name, Line(of.x[wanted], of.y[wanted], of.step[wanted], int(wanted.sum()), 0, 0)))
    return frame(shown, axis, unit)


def best_table(analysis: Analysis, axis: Axis, unit: Unit, start: float = -np.inf) -> pd.DataFrame:
    """Return the best point, no row where there is none from `start` on."""
    best, stretch = analysis.best, analysis.stretch
    x, y = np.empty(0), np.empty(0)
    if best is not None and stretch is not None:
        at = np.array([best.row], dtype=np.int64)
        x = Series(stretch, "", at, np.array([best.value])).x(axis)
        placed = np.isfinite(x) & (x >= start)
        x, y = x[placed], np.clip([best.value], -LARGEST, LARGEST)[placed]
    words = [point_words(best)] * len(x) if best is not None else []
    return pd.DataFrame({"x": drawn_x(x, axis, unit), "y": y.astype(np.float32), "label": texts(words)})


def point_words(best: Best) -> str:
    """Return the best point in one line."""
    return wording.best_point(best.by, best.value, best.place)


def hover_rows(parts: Parts, places: Floats, axis: Axis, unit: Unit) -> pd.DataFrame:
    """Return what the pointer shows at each of the places, in words."""
    columns = {
        "smoothed": _at(places, parts.train),
        "train": _at(places, parts.raw),
        "validation": _at(places, parts.raw_validation),
        "by_epoch": _at(places, parts.by_epoch),
    }
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
    raw_validation = alt.Chart(alt.NamedData("raw_validation")).mark_line(
        order=False, color=VALIDATION, opacity=0.3, strokeWidth=1
    )
    lines = alt.Chart(alt.NamedData("lines")).mark_line(order=False, strokeWidth=2)
    points = alt.Chart(alt.NamedData("points")).mark_point(filled=True, size=36, opacity=1)
    star = alt.Chart(alt.NamedData("best")).mark_point(
        shape=STAR, size=240, opacity=1, fill=BEST, stroke=BEST_EDGE, strokeWidth=1
    )
    return {
        "ghosts": ghosts.encode(x=x, y=y, detail="series:N"),
        "raw": raw.encode(x=x, y=y),
        "raw_validation": raw_validation.encode(x=x, y=y),
        "lines": lines.encode(x=x, y=y, color=colour),
        "points": points.encode(x=x, y=y, color=colour),
        "best": star.encode(x=x, y=y, tooltip=[alt.Tooltip("label:N", title="best")]),
    }


def hover_fields(names: Sequence[str], unit: Unit, *, smoothed: bool = True) -> list[tuple[str, str]]:
    """Return the columns and titles of what the pointer shows of lines with these names."""
    titles = {"train": "train", "smoothed": "train, smoothed", "validation": "validation, last", "by_epoch": f"{BY_EPOCH}, last"}
    shown = {"train": "train" in names, "smoothed": smoothed, "validation": "validation" in names, "by_epoch": BY_EPOCH in names}
    return [step_field(unit), *((name, title) for name, title in titles.items() if shown[name])]


@lru_cache(maxsize=256)
def _spec(axis: Axis, unit: Unit, scale: Scale, names: tuple[str, ...], used: frozenset[str]) -> dict[str, Any]:
    x = x_channel(axis, unit)
    layers = loss_layers(x, y_channel(scale, "loss"), names)
    star = layers.pop("best")
    layers["lines"] = layers["lines"].add_params(zoom())
    around = {"resumes": resume_layer(x), "findings": finding_rules(x)}
    return finished({**layers, **around, "hover": hover_rules(x, hover_fields(names, unit)), "best": star}, used)
