"""Marks on a loss chart: what happened to the training at which place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.epochs import epoch_numbers
from trainmon.analysis.saved_models import places_of
from trainmon.analysis.series import Axis, Series, Stretch
from trainmon.charts.chart import ERROR, MEMORY, NEUTRAL, WARNING, Unit
from trainmon.charts.findings import finding_places
from trainmon.charts.lines import Window, drawn_x, texts
from trainmon.runs.run import EPOCH, Role
from trainmon.stats.arrays import Floats, Indices
from trainmon.stats.drops import drops

MOST = 40  # of one kind: more of them hide the line
CROSS = "M-1,-0.6L-0.6,-1L0,-0.4L0.6,-1L1,-0.6L0.4,0L1,0.6L0.6,1L0,0.4L-0.6,1L-1,0.6L-0.4,0Z"
TICK = "M-0.15,-1L0.15,-1L0.15,1L-0.15,1Z"
RATE = "#6A3D9A"
INSET = 6  # pixels from the edge to the middle of a glyph


@dataclass(frozen=True)
class Look:
    """How a kind of mark is drawn: its glyph, its colour, whether it stands at the top, and the dashes of its line if any."""

    shape: str
    colour: str
    top: bool = False
    dash: tuple[int, int] | None = None


LOOKS = {
    "epoch": Look(TICK, NEUTRAL, dash=(1, 3)),
    "checkpoint": Look("diamond", MEMORY),
    "resume": Look("triangle-right", NEUTRAL, top=True, dash=(6, 3)),
    "rate": Look("triangle-down", RATE, top=True, dash=(2, 2)),
    "non_finite": Look(CROSS, ERROR),
    "finding": Look("triangle-up", WARNING, top=True, dash=(4, 3)),
}


@dataclass(frozen=True)
class Marks:
    """The marks of one kind: where they stand on the axis, ascending, and what is said of each."""

    kind: str
    x: Floats
    say: Callable[[int], str]

    def shown(self, window: Window | None) -> Indices:
        """Return which of those in the visible range are drawn: at most 40, evenly."""
        at = self._within(window)
        return at[:: every(len(at))]

    def thinned(self, window: Window | None) -> tuple[int, int]:
        """Return of how many marks in the visible range one is drawn, and how many there are."""
        count = len(self._within(window))
        return every(count), count

    def _within(self, window: Window | None) -> Indices:
        start, end = window if window is not None else (-np.inf, np.inf)
        return np.flatnonzero(np.isfinite(self.x) & (self.x >= start) & (self.x <= end))


def every(count: int) -> int:
    """Return of how many marks one is drawn so that 40 are left at most: 1, 2, 5, 10, 20, 50 ..."""
    sizes = (step * int(10**power) for power in range(12) for step in (1, 2, 5))
    return next(size for size in sizes if -(-count // size) <= MOST)


def marks_of(analysis: Analysis, axis: Axis) -> tuple[Marks, ...]:
    """Return all marks of the analysed stretch, without the kinds that it has none of."""
    stretch = analysis.stretch
    if stretch is None:
        return ()
    found = (
        _epoch_ends(stretch, axis),
        _checkpoints(analysis, stretch, axis),
        _resumes(stretch, axis),
        _rate_drops(stretch, axis),
        _non_finite(stretch, axis),
        _findings(analysis, axis),
    )
    return tuple(each for each in found if np.isfinite(each.x).any())


def marks_table(marks: Sequence[Marks], axis: Axis, unit: Unit, window: Window | None = None) -> pd.DataFrame:
    """Return the marks to draw, with the columns x, kind and label."""
    shown = [(each, each.shown(window)) for each in marks]
    x = np.concatenate([each.x[at] for each, at in shown]) if shown else np.empty(0)
    kinds = [each.kind for each, at in shown for _ in at]
    labels = [each.say(int(one)) for each, at in shown for one in at]
    return pd.DataFrame({"x": drawn_x(x, axis, unit), "kind": texts(kinds), "label": texts(labels)})


def resume_marks(analysis: Analysis, axis: Axis, unit: Unit, start: float) -> pd.DataFrame:
    """Return where later attempts go on, from `start` on."""
    stretch = analysis.stretch
    return marks_table([_resumes(stretch, axis)] if stretch is not None else [], axis, unit, (start, np.inf))


def resume_layer(x: alt.X) -> alt.LayerChart | alt.FacetChart:
    """Return the layer of the resumes alone, over the whole height of a chart."""
    look = LOOKS["resume"]
    base = alt.Chart(alt.NamedData("resumes")).encode(x=x, tooltip=alt.Tooltip("label:N", title="mark"))
    glyph = base.mark_point(shape=look.shape, color=look.colour, filled=True, size=50, opacity=0.9).encode(y=alt.value(INSET))
    return alt.layer(base.mark_rule(color=look.colour, strokeDash=list(look.dash or ()), strokeWidth=1, opacity=0.6), glyph)


def mark_layers(x: alt.X, bottom: float) -> dict[str, alt.Chart]:
    """Return the layers of the marks: a thin line down to `bottom` for what divides the training, a glyph at an edge for all."""
    kinds = list(LOOKS)
    data = alt.Chart(alt.NamedData("marks")).encode(x=x, tooltip=alt.Tooltip("label:N", title="mark"))

    def scale(values: Sequence[Any]) -> alt.Scale:
        return alt.Scale(domain=kinds, range=list(values))

    colours = scale([look.colour for look in LOOKS.values()])
    dash = alt.StrokeDash("kind:N", scale=scale([list(look.dash or (1, 0)) for look in LOOKS.values()]), legend=None)
    rules = data.mark_rule(strokeWidth=1, opacity=0.6).encode(
        y=alt.value(0), y2=alt.value(bottom), stroke=alt.Stroke("kind:N", scale=colours, legend=None), strokeDash=dash
    )
    glyphs = data.mark_point(size=50, opacity=0.9, strokeWidth=0).encode(
        fill=alt.Fill("kind:N", scale=colours, legend=None),
        shape=alt.Shape("kind:N", scale=scale([look.shape for look in LOOKS.values()]), legend=None),
    )
    return {
        "mark_lines": rules.transform_filter(_of([kind for kind in kinds if LOOKS[kind].dash])),
        "marks_on_top": glyphs.encode(y=alt.value(INSET)).transform_filter(_of([kind for kind in kinds if LOOKS[kind].top])),
        "marks_below": glyphs.encode(y=alt.value(bottom - INSET)).transform_filter(
            _of([kind for kind in kinds if not LOOKS[kind].top])
        ),
    }


def _of(kinds: list[str]) -> alt.FieldOneOfPredicate:
    return alt.FieldOneOfPredicate(field="kind", oneOf=kinds)


def _epoch_ends(stretch: Stretch, axis: Axis) -> Marks:
    """Return the last row of each epoch that is over: a later one has begun, or its mean was logged.

    Where epochs alone are counted, each point is the end of one, and none is marked.
    """
    epochs = epoch_numbers(stretch)
    known = np.flatnonzero(np.isfinite(epochs)) if stretch.counted != "epoch" else np.zeros(0, dtype=np.int64)
    ends = known[:-1][epochs[known[1:]] > epochs[known[:-1]]]
    if len(known) and stretch.run.rows.phase[stretch.line[known[-1]]] == EPOCH:
        ends = np.append(ends, known[-1])
    numbers = epochs[ends]
    return Marks("epoch", _places(stretch, stretch.line[ends], axis), lambda at: wording.epoch_end(float(numbers[at])))


def _checkpoints(analysis: Analysis, stretch: Stretch, axis: Axis) -> Marks:
    saved = analysis.checkpoints
    steps = places_of(stretch, saved)
    order = np.argsort(steps, kind="stable")
    order = order[np.isfinite(steps[order])]
    along = _places(stretch, stretch.line, "step")
    rows = np.searchsorted(along, steps[order])
    there = rows < len(along)
    rows, order = rows[there], order[there]
    return Marks(
        "checkpoint",
        _places(stretch, stretch.line[rows], axis),
        lambda at: wording.saved_checkpoint(saved[order[at]].name, float(steps[order[at]]), stretch.counted),
    )


def _resumes(stretch: Stretch, axis: Axis) -> Marks:
    numbers = [attempt.number for attempt in stretch.attempts[1:]]
    at = np.minimum(np.searchsorted(stretch.line, stretch.breaks), max(0, len(stretch.line) - 1))
    return Marks("resume", _places(stretch, stretch.line[at], axis), lambda at: wording.attempt_resumes(numbers[at]))


def _rate_drops(stretch: Stretch, axis: Axis) -> Marks:
    series = stretch.by_role("learning_rate")
    at = drops(series.values) if series is not None else np.empty(0, dtype=np.int64)
    rows = series.rows[at] if series is not None else at
    values = series.values if series is not None else np.empty(0)
    finite = np.flatnonzero(np.isfinite(values))
    before = values[finite[np.searchsorted(finite, at) - 1]] if len(at) else values[:0]
    return Marks("rate", _places(stretch, rows, axis), lambda one: wording.rate_drop(float(before[one]), float(values[at[one]])))


def _non_finite(stretch: Stretch, axis: Axis) -> Marks:
    found: list[tuple[Indices, str]] = []
    roles: tuple[tuple[Role, str], ...] = (("train_loss", "train"), ("eval_loss", "validation"))
    for role, name in roles:
        series = stretch.by_role(role)
        if series is not None:
            found.append((series.rows[~np.isfinite(series.values)], name))
    rows = np.concatenate([rows for rows, _ in found]) if found else np.empty(0, dtype=np.int64)
    names = np.repeat([name for _, name in found], [len(rows) for rows, _ in found])
    order = np.argsort(rows, kind="stable")
    rows, names = rows[order], names[order] if len(names) else names
    steps, counted = _places(stretch, rows, "step"), stretch.counted
    return Marks(
        "non_finite", _places(stretch, rows, axis), lambda at: wording.not_finite_at(str(names[at]), float(steps[at]), counted)
    )


def _findings(analysis: Analysis, axis: Axis) -> Marks:
    x, words = finding_places(analysis, axis)
    return Marks("finding", x, lambda at: words[at])


def _places(stretch: Stretch, rows: Indices, axis: Axis) -> Floats:
    return Series(stretch, "", rows, np.zeros(len(rows))).x(axis)
