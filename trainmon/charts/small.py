"""Small charts of whatever was logged beside the loss, for a glance: one metric each, on the step axis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np

from trainmon import wording
from trainmon.analysis.series import Series, Stretch
from trainmon.analysis.tuning import tuning_of
from trainmon.charts.chart import (
    MEMORY,
    THIN_THOUSANDS,
    TRAIN,
    Chart,
    Unit,
    axis_title,
    filled,
    finished,
    harmless,
    hover_rules,
    step_field,
    x_channel,
    y_channel,
    zoom,
)
from trainmon.charts.joining import whole_line
from trainmon.charts.lines import HOVER_ROWS, Line, axis_unit, frame, hover_table
from trainmon.charts.metric import LEARNING_RATE
from trainmon.runs.run import Role
from trainmon.stats.thinning import isolated

HEIGHT, POINTS = 160, 250
MOST = 8
LABELS = f"abs(datum.value) >= 1000 ? {THIN_THOUSANDS} : format(datum.value, '~g')"  # 1e-5, but 8 000 and not 8e+3
FIRST: tuple[Role, ...] = ("memory", "learning_rate", "grad_norm", "samples_per_second")
COLOURS: dict[Role, str] = {"memory": MEMORY, "learning_rate": LEARNING_RATE}


@dataclass(frozen=True)
class SmallCharts:
    """At most 8 charts by their metric, the metrics that never change with their value, and how many more there are."""

    charts: tuple[tuple[str, Chart], ...]
    constant: tuple[tuple[str, float], ...]
    left_out: int


def small_charts(stretch: Stretch) -> SmallCharts:
    """Return the metrics of a stretch but its losses: memory, learning rate, gradient norm and samples/s first, before
    them what reinforcement and preference tuning is judged by.

    They are made once for each revision of the run.
    """
    return stretch.memo.once(SmallCharts, lambda: _small_charts(stretch), stretch.label)


def _small_charts(stretch: Stretch) -> SmallCharts:
    constant, moving = [], []
    for name in _names(stretch):
        series = stretch.series(name)
        finite = series.values[np.isfinite(series.values)]
        if len(finite) and (finite == finite[0]).all():
            constant.append((name, float(finite[0])))
        elif len(finite):
            moving.append((name, series))
    drawn = tuple((name, _chart(series)) for name, series in moving[:MOST])
    return SmallCharts(drawn, tuple(constant), max(0, len(moving) - MOST))


def _names(stretch: Stretch) -> list[str]:
    """Return the metrics that may be drawn: those that a tuning is judged by, those that every training has, and the others."""
    roles = stretch.run.rows.roles
    losses = {roles.get("train_loss"), roles.get("eval_loss")}
    logged = [name for name in stretch.metrics() if name not in losses]
    tuned = tuning_of(stretch)
    judged = [each.metric for each in tuned.judged if each.metric in logged] if tuned else []
    first = [*judged, *(name for role in FIRST if (name := roles.get(role)) in logged)]
    return [*first, *(name for name in logged if name not in first)]


def _chart(series: Series) -> Chart:
    full = whole_line(series, "step")
    unit = axis_unit([full], "step")
    drawn = full.thinned(POINTS)
    alone = np.isfinite(drawn.y) if len(drawn.x) <= HOVER_ROWS // 5 else isolated(drawn.y)
    points = Line(drawn.x[alone], drawn.y[alone], drawn.step[alone], int(alone.sum()), 0, 0)
    name = series.metric
    datasets = {
        "lines": frame([(name, drawn)], "step"),
        "points": frame([(name, points)], "step"),
        "hover": hover_table(drawn, "step", unit, "value", wording.number),
    }
    datasets = {each: table for each, table in datasets.items() if each in filled(datasets)}
    caption = wording.chart_caption(drawn=len(drawn.x), rows=drawn.rows, non_finite=drawn.non_finite)
    role = next((role for role, column in series.stretch.run.rows.roles.items() if column == name), None)
    colour = COLOURS.get(role, TRAIN) if role else TRAIN
    return Chart(
        _spec(name, colour, unit, frozenset(datasets)),
        datasets,
        caption,
        wording.chart_description(name, [name], axis_title("step", unit)),
    )


@lru_cache(maxsize=256)
def _spec(name: str, colour: str, unit: Unit, used: frozenset[str]) -> dict[str, Any]:
    x = x_channel("step", unit).title(None)
    y = y_channel("linear", "").title(None).axis(labelExpr=LABELS, gridOpacity=0.5, tickCount=4)
    lines = alt.Chart(alt.NamedData("lines")).mark_line(order=False, color=colour, strokeWidth=1.5).encode(x=x, y=y)
    points = alt.Chart(alt.NamedData("points")).mark_point(color=colour, filled=True, size=25, opacity=1).encode(x=x, y=y)
    layers = {
        "lines": lines.add_params(zoom()),
        "points": points,
        "hover": hover_rules(x, [step_field(unit), ("value", harmless(name))]),
    }
    return {**finished(layers, used), "height": HEIGHT}
