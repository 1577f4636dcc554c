"""Several runs or attempts on the same axes: one colour each, train solid, validation dashed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.series import Axis, Series
from trainmon.charts.chart import (
    DRAWN_POINTS,
    Chart,
    Scale,
    Unit,
    axis_title,
    broken_legend,
    colours,
    filled,
    finished,
    hover_rules,
    step_field,
    x_channel,
    y_channel,
    zoom,
)
from trainmon.charts.joining import whole_line
from trainmon.charts.lines import Line, axis_unit, common_axis, drawn_x, frame, hover_places, texts, value_at
from trainmon.runs.run import Role
from trainmon.stats.thinning import isolated

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#999933", "#6A3D9A", "#8C564B")
FEW_POINTS = 12
CHART_POINTS = 6_000  # of all lines together
ROLES: tuple[tuple[str, Role], ...] = (("train", "train_loss"), ("validation", "eval_loss"))


@dataclass(frozen=True)
class Subject:
    """One of the things on the chart: what it is called there, its colour, and its figures."""

    label: str
    colour: str
    analysis: Analysis


def palette(keys: Iterable[str]) -> dict[str, str]:
    """Return a colour for each key (a run id): its own wherever it is free, so that a run keeps its colour on every page."""
    chosen: dict[str, int] = {}
    for key in sorted(set(keys)):
        wanted = int(sha256(key.encode()).hexdigest(), 16) % len(COLOURS)
        free = [slot for slot in range(len(COLOURS)) if slot not in chosen.values()] or list(range(len(COLOURS)))
        chosen[key] = min(free, key=lambda slot, wanted=wanted: (slot - wanted) % len(COLOURS))  # type: ignore[misc]
    return {key: COLOURS[slot] for key, slot in chosen.items()}


def overlay_chart(
    subjects: Sequence[Subject], *, axis: Axis = "step", smooth: float = 0.0, scale: Scale = "linear", limit: int = DRAWN_POINTS
) -> Chart | None:
    """Return the losses of all subjects on the same axes, None where none of them logged any."""
    axis = common_axis(axis, (each for subject in subjects for _, each in _series(subject)))
    full = [(subject.label, kind, each) for subject in subjects for kind, each in _lines(subject, axis, smooth, scale)]
    if not full:
        return None
    each_limit = min(limit, max(50, CHART_POINTS // len(full)))
    drawn = [(label, kind, each.thinned(each_limit)) for label, kind, each in full]
    labels = tuple(dict.fromkeys(label for label, _, _ in drawn))
    unit = axis_unit([each for _, _, each in drawn], axis)
    datasets = {
        "lines": _frame(drawn, axis, unit),
        "points": _frame([(label, kind, lone_points(each)) for label, kind, each in drawn], axis, unit),
        "hover": _hover(drawn, labels, axis, unit),
    }
    datasets = {name: table for name, table in datasets.items() if name in filled(datasets)}
    colour_of = {subject.label: subject.colour for subject in subjects}
    spec = _spec(axis, unit, scale, labels, tuple(colour_of[label] for label in labels), frozenset(datasets))
    caption = wording.chart_caption(
        drawn=sum(len(each.x) for _, _, each in drawn),
        rows=sum(each.rows for _, _, each in drawn),
        weight=smooth,
        smoothed=any(each.weight for _, _, each in drawn),
        hidden=sum(each.hidden for _, _, each in drawn),
        non_finite=sum(each.non_finite for _, _, each in drawn),
    )
    return Chart(spec, datasets, caption, wording.chart_description("Loss", labels, axis_title(axis, unit)))


def _lines(subject: Subject, axis: Axis, smooth: float, scale: Scale) -> list[tuple[str, Line]]:
    lines = [(kind, whole_line(each, axis, weight=smooth, scale=scale)) for kind, each in _series(subject)]
    return [(kind, each) for kind, each in lines if len(each.x)]


def _series(subject: Subject) -> list[tuple[str, Series]]:
    stretch = subject.analysis.stretch
    found = [(kind, None if stretch is None else stretch.by_role(role)) for kind, role in ROLES]
    return [(kind, each) for kind, each in found if each is not None]


def lone_points(of: Line) -> Line:
    """Return the points that a line alone does not show: without neighbours, or so few that they may lie on one spot."""
    wanted = np.isfinite(of.y) if len(of.x) <= FEW_POINTS else isolated(of.y)
    return Line(of.x[wanted], of.y[wanted], of.step[wanted], int(wanted.sum()), 0, 0)


def _frame(drawn: Sequence[tuple[str, str, Line]], axis: Axis, unit: Unit) -> pd.DataFrame:
    table = frame([(label, each) for label, _, each in drawn], axis, unit)
    kinds = np.repeat([kind == "validation" for _, kind, _ in drawn], [len(each.x) for _, _, each in drawn])
    return table.assign(kind=pd.Categorical.from_codes(kinds.astype(np.int8), categories=pd.Index(["train", "validation"])))


def _hover(drawn: Sequence[tuple[str, str, Line]], labels: Sequence[str], axis: Axis, unit: Unit) -> pd.DataFrame:
    """Return a row for each place with the train loss of every subject there (validation where it logged no other)."""
    places = hover_places([each for _, _, each in drawn])
    first = {label: each for label, _, each in reversed(drawn)}
    longest = max(first.values(), key=lambda each: float(each.x.max()))
    steps = value_at(places, longest.x, longest.step)
    table = pd.DataFrame({"x": drawn_x(places, axis, unit), "step": texts([wording.count(value) for value in steps])})
    values = {f"y{at}": value_at(places, first[label].x, first[label].y) for at, label in enumerate(labels)}
    return table.assign(**{name: texts([wording.loss(value) for value in column]) for name, column in values.items()})


@lru_cache(maxsize=256)
def _spec(
    axis: Axis, unit: Unit, scale: Scale, labels: tuple[str, ...], values: tuple[str, ...], used: frozenset[str]
) -> dict[str, Any]:
    x, y, colour = x_channel(axis, unit), y_channel(scale, "loss"), colours(labels, values).legend(broken_legend(labels))
    kinds = ["train", "validation"]
    dash = alt.StrokeDash("kind:N", scale=alt.Scale(domain=kinds, range=[[1, 0], [5, 4]]), legend=None)
    lines = alt.Chart(alt.NamedData("lines")).mark_line(order=False, strokeWidth=1.75)
    points = alt.Chart(alt.NamedData("points")).mark_point(filled=True, size=36, opacity=1)
    fields = [step_field(unit), *((f"y{at}", label) for at, label in enumerate(labels))]
    layers = {
        "lines": lines.encode(x=x, y=y, color=colour, strokeDash=dash).add_params(zoom()),
        "points": points.encode(x=x, y=y, color=colour),
        "hover": hover_rules(x, fields),
    }
    return finished(layers, used)
