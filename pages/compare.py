"""Run comparison: which is better, and by how much."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pandas as pd
import streamlit as st

from pages._parts import charts, controls, empty_states, frame, hub, live_updates, run_picker, share, view_state
from pages._parts.run_picker import Chosen
from pages._parts.text import plain_text
from pages._parts.view_state import ViewState
from trainmon import wording
from trainmon.charts import Subject, overlay_chart, palette
from trainmon.comparison import Comparison, compare
from trainmon.errors import UnknownRunError

RUNS, BASELINE = "compare_runs", "compare_baseline"


def draw() -> None:
    """Draw the runs that the address names on the same axes, or ask for some."""
    if not hub.library().runs():
        empty_states.no_runs()
        return
    view = view_state.read()
    picked, unknown = resolved(view)
    keys = [chosen.key for chosen in picked]
    baseline = keys.index(view.baseline) if view.baseline in keys else 0
    for error in unknown:
        frame.unknown(error)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header("Run comparison", anchor=False)
        share.panel([chosen.analysis() for chosen in picked], keys[baseline] if keys else None)
    choose(view, keys)
    if not picked:
        st.info(wording.CHOOSE_TO_COMPARE, icon=":material/compare_arrows:")
        return
    comparison = compare([chosen.analysis() for chosen in picked], baseline=baseline, now=time.time())
    st.markdown(f"**{plain_text(comparison.sentence)}**")
    overlay(comparison, keys)
    figures(comparison)
    differences(comparison)


def resolved(view: ViewState) -> tuple[list[Chosen], list[UnknownRunError]]:
    """Return the runs that the address names, and what is to be said of those that nobody knows."""
    picked, unknown = [], []
    for key, until in zip(view.runs, view.until, strict=True):
        try:
            picked.append(run_picker.resolve(key, until))
        except UnknownRunError as error:
            unknown.append(error)
    return picked, unknown


def choose(view: ViewState, keys: list[str]) -> None:
    """Draw the choice of runs and of the baseline; both go through the address, which alone says what is compared."""
    names = {run.id: wording.run_label(run.name, run.id) for run in hub.library().runs()}
    for run in hub.library().runs():
        if len(run.attempts) > 1:
            names |= {f"{run.id}@{one.number}": wording.attempt_of(names[run.id], one.number) for one in run.attempts}
    st.session_state[RUNS] = keys
    st.session_state[BASELINE] = view.baseline if view.baseline in keys else next(iter(keys), None)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    left.multiselect("Runs and attempts", list(names), key=RUNS, format_func=names.__getitem__, on_change=_chosen)
    right.selectbox("Baseline", keys, key=BASELINE, format_func=names.__getitem__, on_change=_chosen, disabled=len(keys) < 2)


def _chosen() -> None:
    runs, baseline = st.session_state[RUNS], st.session_state[BASELINE]
    view_state.choose(*runs, baseline=baseline if baseline in runs and baseline != runs[0] else None)


def overlay(comparison: Comparison, keys: list[str]) -> None:
    """Draw the losses of all runs on the same axes."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        axis, scale, weight = controls.axis(), controls.scale(), controls.smoothing()
    colours = palette(keys)
    subjects = [Subject(entry.label, colours[key], entry.analysis) for key, entry in zip(keys, comparison.entries, strict=True)]
    view = (tuple(keys), tuple(entry.analysis.run.revision for entry in comparison.entries), axis, weight, scale)
    first = comparison.entries[0].analysis.run
    chart = charts.once(first, view, lambda: overlay_chart(subjects, axis=axis, smooth=weight, scale=scale))
    if chart is None:
        st.info(wording.NO_LOSS)
    else:
        charts.show(chart, key=f"compare_{'_'.join(keys)}_{axis}_{scale}")


def figures(comparison: Comparison) -> None:
    """Draw best and last values, and how far each is from the baseline."""
    entries = comparison.entries
    equal = wording.at_equal_step(comparison.equal_step)
    table = {
        "Run": [entry.label for entry in entries],
        "State": [entry.analysis.state.word for entry in entries],
        "Best": _numbers(entry.best for entry in entries),
        "at step": _numbers(entry.best_global_step for entry in entries),
        "Last": _numbers(entry.last for entry in entries),
        equal: _numbers(entry.at_equal_step for entry in entries),
        "To baseline": _numbers(entry.delta for entry in entries),
        "in %": _numbers(entry.delta_percent for entry in entries),
        "Time": [wording.duration(entry.analysis.timing.elapsed) for entry in entries],
        "Samples": [wording.throughput(entry.analysis.timing.samples_per_second) for entry in entries],
    }
    formats = {"Best": "%.4f", "at step": "%d", "Last": "%.4f", equal: "%.4f", "To baseline": "%+.4f", "in %": "%+.1f"}
    st.subheader(plain_text(comparison.metric.capitalize()), anchor=False)
    st.dataframe(
        pd.DataFrame(table),
        hide_index=True,
        placeholder="",
        column_config={name: st.column_config.NumberColumn(format=form) for name, form in formats.items()},
        alt="Best and last values of each run, and how far they are from the baseline",
    )


def _numbers(values: Iterable[float | None]) -> pd.Series[float]:
    return pd.Series(list(values), dtype="float64")


def differences(comparison: Comparison) -> None:
    """Draw the settings that not all runs share."""
    st.subheader("Configuration: differences", anchor=False)
    if comparison.differences:
        labels = [plain_text(entry.label) for entry in comparison.entries]
        rows = {
            plain_text(name): dict(zip(labels, [plain_text(wording.setting(value)) for value in values], strict=True))
            for name, values in comparison.differences.items()
        }
        st.table(pd.DataFrame(rows).T, border="horizontal")
    st.caption(wording.shared_settings(len(comparison.differences), comparison.same_config_keys))


live_updates.follow("compare", draw, frame.pace)
