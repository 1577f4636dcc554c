"""What is compared with what: the runs and the baseline, which live in the address, and the metric and the groups."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._parts import hub, run_picker, view_state
from pages._parts.text import plain_text
from pages._parts.view_state import ViewState
from trainmon import wording
from trainmon.comparison import Comparison

RUNS, BASELINE = "compare_runs", "compare_baseline"
METRIC, GROUP = "metrics", "group"
NEWEST = 5  # runs that one click compares


def runs(view: ViewState, keys: list[str]) -> DeltaGenerator:
    """Draw the choice of runs and of the baseline, and return the place for that of the metric.

    Both go through the address, which alone says what is compared.
    """
    names = _names(keys)
    st.session_state[RUNS] = keys
    st.session_state[BASELINE] = view.baseline if view.baseline in keys else next(iter(keys), None)
    left, middle, right = st.columns([3, 1, 1], vertical_alignment="top")
    left.multiselect(
        "Runs and attempts", list(names), key=RUNS, format_func=names.__getitem__, on_change=_chosen, placeholder=wording.ADD_RUN
    )
    middle.selectbox("Baseline", keys, key=BASELINE, format_func=names.__getitem__, on_change=_chosen, disabled=len(keys) < 2)
    return right


def newest() -> None:
    """Offer to compare the newest runs where none is chosen yet."""
    found = [run.id for run in run_picker.not_hidden(hub.library().runs()) if run.rows.count][:NEWEST]
    if len(found) > 1:
        label = wording.compare_newest(len(found))
        st.button(label, icon=":material/compare_arrows:", key="compare_newest", on_click=view_state.choose, args=found)


def metric(comparison: Comparison) -> str | None:
    """Return which metric is compared, the first one to begin with; None where the runs share none."""
    names = [each.name for each in comparison.metrics]
    asked = st.query_params.get(METRIC)
    if asked and names and asked not in names:
        st.caption(plain_text(wording.metric_not_shared(asked[:80], names[0])))
    if not names:
        st.session_state.pop(METRIC, None)
    return st.selectbox("Metric", names, key=METRIC, bind="query-params", disabled=len(names) < 2)


def grouped(comparison: Comparison) -> bool:
    """Return whether runs that differ in nothing but their seed are one."""
    return st.toggle(
        "Group seeds",
        value=True,
        key=GROUP,
        bind="query-params",
        disabled=not comparison.has_groups,
        help=wording.WHAT_IS_A_GROUP,
    )


def _names(keys: list[str]) -> dict[str, str]:
    """Return what every run and attempt that can be chosen is called; hidden ones only where they are chosen already."""
    known = run_picker.not_hidden(hub.library().runs(), {key.partition("@")[0] for key in keys})
    labels, names = run_picker.labels(known), {}
    for run in known:
        names[run.id] = labels[run.id]
        if len(run.attempts) > 1:
            names |= {f"{run.id}@{one.number}": wording.attempt_of(names[run.id], one.number) for one in run.attempts}
    return names


def _chosen() -> None:
    chosen, baseline = st.session_state[RUNS], st.session_state[BASELINE]
    view_state.choose(*chosen, baseline=baseline if baseline in chosen and baseline != chosen[0] else None)
