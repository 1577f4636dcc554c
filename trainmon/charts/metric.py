"""One metric of a run along its training: validation by itself, or the learning rate."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.series import Axis, Series
from trainmon.charts.chart import (
    DRAWN_POINTS,
    VALIDATION,
    Chart,
    Unit,
    axis_title,
    filled,
    finished,
    hover_rules,
    step_field,
    x_channel,
    y_channel,
    zoom,
)
from trainmon.charts.joining import whole_line
from trainmon.charts.lines import HOVER_ROWS, Line, axis_unit, frame, hover_table
from trainmon.runs.run import Role
from trainmon.stats.thinning import isolated

LEARNING_RATE = "#6A3D9A"


def validation_chart(analysis: Analysis, *, axis: Axis = "step", limit: int = DRAWN_POINTS) -> Chart | None:
    """Return the validation loss of the analysed stretch, None where none was logged."""
    return _chart(_series(analysis, "eval_loss"), "validation loss", VALIDATION, axis, limit)


def learning_rate_chart(analysis: Analysis, *, axis: Axis = "step", limit: int = DRAWN_POINTS) -> Chart | None:
    """Return the learning rate of the analysed stretch, None where it was not logged or never changes."""
    series = _series(analysis, "learning_rate")
    if series is None or len(np.unique(series.values[np.isfinite(series.values)])) < 2:
        return None
    return _chart(series, "learning rate", LEARNING_RATE, axis, limit)


def _series(analysis: Analysis, role: Role) -> Series | None:
    return analysis.stretch.by_role(role) if analysis.stretch is not None else None


def _chart(series: Series | None, name: str, colour: str, axis: Axis, limit: int) -> Chart | None:
    full = whole_line(series, axis) if series is not None else None
    if full is None or not len(full.x):
        return None
    drawn = full.thinned(limit)
    unit = axis_unit([drawn], axis)
    alone = np.isfinite(drawn.y) if len(drawn.x) <= HOVER_ROWS else isolated(drawn.y)
    points = Line(drawn.x[alone], drawn.y[alone], drawn.step[alone], int(alone.sum()), 0, 0)
    datasets = {
        "lines": frame([(name, drawn)], axis, unit),
        "points": frame([(name, points)], axis, unit),
        "hover": hover_table(drawn, axis, unit, "value", wording.number),
    }
    datasets = {each: table for each, table in datasets.items() if each in filled(datasets)}
    caption = wording.chart_caption(drawn=len(drawn.x), rows=drawn.rows, non_finite=drawn.non_finite)
    description = wording.chart_description(name.capitalize(), [name], axis_title(axis, unit))
    return Chart(_spec(axis, unit, name, colour, frozenset(datasets)), datasets, caption, description)


@lru_cache(maxsize=64)
def _spec(axis: Axis, unit: Unit, name: str, colour: str, used: frozenset[str]) -> dict[str, Any]:
    x = x_channel(axis, unit)
    y = y_channel("linear", name)
    if name == "learning rate":  # 1e-5 rather than 0.000010
        y = y_channel("linear", name, zero=True).axis(format="~g", gridOpacity=0.5)
    lines = alt.Chart(alt.NamedData("lines")).mark_line(order=False, color=colour, strokeWidth=1.75).encode(x=x, y=y)
    points = alt.Chart(alt.NamedData("points")).mark_point(color=colour, filled=True, size=36, opacity=1).encode(x=x, y=y)
    layers = {
        "lines": lines.add_params(zoom()),
        "points": points,
        "hover": hover_rules(x, [step_field(unit), ("value", name)]),
    }
    return finished(layers, used)
