"""The charts of a comparison, drawn once for all sessions for as long as no run of it has new rows."""

from __future__ import annotations

import streamlit as st

from pages._parts import charts
from trainmon import wording
from trainmon.analysis.series import Axis
from trainmon.charts import Chart, Subject, comparison_chart, effect_chart, overlay_chart, side_colours
from trainmon.charts.chart import Scale
from trainmon.comparison import Comparison
from trainmon.comparison.effects import effects_of
from trainmon.comparison.last_used import LastUsed
from trainmon.comparison.metrics import logs_part

TRAIN_TOO = 5  # up to so many runs, a loss is drawn with the other of the two losses
_drawn: LastUsed[Chart | None] = LastUsed(64)


def overlay(comparison: Comparison, axis: Axis, scale: Scale, weight: float) -> None:
    """Draw the compared metric of all sides on the same axes; of a few runs, train and validation loss together."""
    view = (*_view(comparison), axis, scale, weight)

    def build() -> Chart | None:
        if comparison.chosen.role is None or comparison.grouped or len(comparison.sides) > TRAIN_TOO:
            return comparison_chart(comparison, axis=axis, smooth=weight, scale=scale)
        colours = side_colours(comparison)
        alike = [entry for entry in comparison.entries if logs_part(entry.analysis, comparison.chosen.part)]
        subjects = [Subject(entry.label, colours[entry.side], entry.analysis) for entry in alike]
        return overlay_chart(subjects, axis=axis, smooth=weight, scale=scale)

    chart = _drawn.get([entry.analysis.run for entry in comparison.entries], view, build)
    if chart is None:
        st.info(wording.nothing_to_draw(comparison.metric))
    else:
        charts.show(chart, key=f"compare_{hash((*view[:3], axis, scale))}")


def effects(comparison: Comparison) -> None:
    """Draw a setting against the result from five runs on, the one that goes with it most strongly to begin with."""
    found = {effect.key: effect for effect in effects_of(comparison)}
    if not found:
        return
    st.subheader("Configuration against result", anchor=False)
    key = st.selectbox("Setting", list(found), key="config", bind="query-params", width=260)
    strongest = len(found) if key == next(iter(found)) else 0
    chart = effect_chart(comparison, found[key], side_colours(comparison), strongest_of=strongest)
    charts.show(chart, key=f"effect_{hash((*_view(comparison)[:2], key))}")


def _view(comparison: Comparison) -> tuple[object, ...]:
    """Return what a chart of these runs depends on beside their rows."""
    keys = tuple(entry.key for entry in comparison.entries)
    return keys, comparison.metric, tuple(side.members for side in comparison.sides), comparison.baseline
