"""Run comparison: which is better, by how much, and why."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._parts import (
    comparison_charts,
    comparison_choice,
    comparison_tables,
    controls,
    empty_states,
    frame,
    hub,
    live_updates,
    run_picker,
    view_state,
)
from pages._parts.page import CURVES, Page
from pages._parts.text import plain_text
from pages._parts.title_row import title_row
from pages._parts.view_state import ViewState
from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.series import Axis
from trainmon.charts import side_colours
from trainmon.charts.chart import Scale
from trainmon.comparison import Comparison, compare
from trainmon.comparison.position import WINDOWS
from trainmon.errors import UnknownRunError


def draw() -> None:
    """Draw the runs that the address names on the same axes, or ask for some."""
    if not hub.library().runs():
        empty_states.no_runs()
        return
    view = view_state.read()
    analyses, keys, unknown = resolved(view)
    for error in unknown:
        frame.unknown(error)
    baseline = keys.index(view.baseline) if view.baseline in keys else 0
    title_row("Run comparison", analyses, keys[baseline] if keys else None)
    metric = comparison_choice.runs(view, keys)
    if not analyses:
        st.info(wording.CHOOSE_TO_COMPARE, icon=":material/compare_arrows:")
        comparison_choice.newest()
        return
    answer = st.container(gap="small")  # above the controls that it depends on
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        axis, scale, weight, comparison = compared(analyses, baseline, metric)
    with answer:
        st.markdown(f"#### {plain_text(comparison.sentence)}")
        st.caption("  \n".join(plain_text(remark) for remark in comparison.remarks))
    comparison_charts.overlay(comparison, axis, scale, weight)
    figures(comparison)
    st.subheader("Configuration: differences", anchor=False)
    comparison_tables.differences(comparison)
    comparison_charts.effects(comparison)


def resolved(view: ViewState) -> tuple[list[Analysis], list[str], list[UnknownRunError]]:
    """Return what the runs say that the address names, their keys, and what is to be said of those that nobody knows."""
    analyses, keys, unknown = [], [], []
    for key, until in zip(view.runs, view.until, strict=True):
        try:
            analyses.append(run_picker.resolve(key, until).analysis())
            keys.append(key)
        except UnknownRunError as error:
            unknown.append(error)
    return analyses, keys, unknown


def compared(analyses: Sequence[Analysis], baseline: int, metric_place: DeltaGenerator) -> tuple[Axis, Scale, float, Comparison]:
    """Draw the controls, and return how the curves are to be drawn, and the comparison that was asked for."""
    now = hub.now()
    axis: Axis = controls.axis()
    first = compare(analyses, baseline=baseline, now=now, axis=axis)
    with metric_place:
        metric = comparison_choice.metric(first)
    scale, weight, group = controls.scale(), controls.smoothing(), comparison_choice.grouped(first)
    if group and metric == first.metric:
        return axis, scale, weight, first
    return axis, scale, weight, compare(analyses, baseline=baseline, now=now, metric=metric, axis=axis, group=group)


def figures(comparison: Comparison) -> None:
    """Draw the table of the sides, what its values are, and the runs of the groups."""
    st.subheader(plain_text(comparison.metric[:1].upper() + comparison.metric[1:]), anchor=False)
    comparison_tables.sides(comparison, side_colours(comparison))
    st.caption(wording.level_caption(comparison.equal_place, WINDOWS))
    comparison_tables.members(comparison)


def show() -> None:
    """Show several runs beside each other."""
    live_updates.follow("compare", draw)


PAGE = Page("Run comparison", ":material/compare_arrows:", {**CURVES, "group": True, "config": None}, show)
