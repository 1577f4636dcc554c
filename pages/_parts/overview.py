"""All runs in one table: which of them runs, how far it is, how low its loss came, and whether it is all right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from pages._parts import hub, run_picker, run_table, view_state
from pages._parts.text import plain_text
from pages._parts.title_row import title_row
from pages._parts.worded import worded
from trainmon import wording
from trainmon.analysis.state import StateWord
from trainmon.comparison.overview import Listed, listed, matching, setting_names

ORDER, SHOWN, TICKED, VERSION = "overview_order", "overview_shown", "overview_ticked", "overview_version"
CLICKED = "overview_clicked"
COMPARE = "compare.py"


def all_runs(page: str) -> None:
    """Draw the table of all runs; a click on a row opens that run on the page that shows the table, ticks compare runs."""
    if (named := st.session_state.pop(CLICKED, None)) is not None:
        _open(named)
    everything = hub.library().runs()
    runs = _in_steady_order(listed(run_picker.not_hidden(everything), hub.now(), hub.library().memo_of))
    title_row("All runs")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        shown = _filtered(runs)
        _hidden(sum(run.hidden for run in everything))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        settings = _settings(runs)
        actions = st.container(horizontal=True, vertical_alignment="center", gap="small")
    opened, ticked = None, _ticked(runs)
    if shown:
        opened, ticked = _table(page, shown, settings, ticked)
    else:
        st.info(wording.NOTHING_MATCHES if runs else wording.ALL_HIDDEN, icon=":material/filter_alt_off:")
    with actions:
        _actions(shown, runs, ticked)
    if opened is not None:
        _open(opened)


def _filtered(runs: list[Listed]) -> list[Listed]:
    """Draw the filter, and return the runs that it leaves."""
    words = st.text_input(
        "Filter", key="q", bind="query-params", persist_state="session", placeholder=wording.FILTER,
        icon=":material/search:", width=250, live=True, label_visibility="collapsed",
    )  # fmt: skip
    states = st.pills(
        "State", get_args(StateWord), selection_mode="multi", key="state", bind="query-params", persist_state="session",
        label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    return matching(runs, words or "", states or ())


def _hidden(runs: int) -> None:
    """Draw the switch that lists hidden runs too, where there are any."""
    if runs:
        label = wording.show_hidden(runs)
        st.toggle(label, key=run_picker.HIDDEN, bind="query-params", persist_state="session", on_change=st.rerun)


def _settings(runs: list[Listed]) -> list[str]:
    """Draw the choice of settings to have as columns, and return it."""
    names = setting_names(runs)
    if not names:
        return []
    return st.multiselect(
        "Settings as columns", names, key="columns", bind="query-params", persist_state="session",
        placeholder=wording.CHOOSE_SETTINGS, label_visibility="collapsed", width=250,
    )  # fmt: skip


def _table(page: str, shown: list[Listed], settings: list[str], ticked: list[str]) -> tuple[str | None, list[str]]:
    """Draw the table, and return the run that was clicked, if any, and those that are ticked."""
    ids = [each.analysis.run.id for each in shown]
    if ids != st.session_state.get(SHOWN):
        _forget_table()  # ticks are kept by place, and places have changed
        st.session_state[SHOWN] = ids
    drawn = run_table.table(shown, settings)
    event = st.dataframe(
        worded(drawn, run_table.words(drawn)),
        hide_index=True,
        height=run_table.height(len(drawn)),
        key=f"runs_{page}_{st.session_state.get(VERSION, 0)}",
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        selection_default={"selection": {"rows": [place for place, key in enumerate(ids) if key in ticked]}},
        placeholder="",
        column_config=run_table.looks(drawn, f"open_{page}", _click, ids),
        alt="All runs with state, progress, loss and finding",
    )
    here = [ids[place] for place in event["selection"]["rows"] if place < len(ids)]
    ticked = [key for key in ticked if key not in ids or key in here] + [key for key in here if key not in ticked]
    st.session_state[TICKED] = ticked
    cells = [place for place, column in event["selection"]["cells"] if column != run_table.RUN]  # a name is a button
    clicked = [ids[place] for place in cells if place < len(ids)]
    return (clicked[0] if clicked else None), ticked


def _click(button: str, ids: Sequence[str]) -> None:
    """Note which run's name was clicked, in the table as it was."""
    st.session_state[CLICKED] = ids[st.session_state[button]["row"]]


def _open(run: str) -> None:
    _forget_table()
    view_state.choose(run)
    st.rerun()  # the whole page: its links lead to the run from now on


def _actions(shown: Sequence[Listed], runs: Sequence[Listed], ticked: Sequence[str]) -> None:
    """Draw how many runs are shown, and the button that compares those that are ticked."""
    names = {each.analysis.run.id: each.analysis.run.name for each in runs}
    if st.button(
        wording.compare_button(len(ticked)), key="compare_ticked", icon=":material/compare_arrows:", disabled=len(ticked) < 2,
        type="primary" if len(ticked) > 1 else "secondary",
    ):  # fmt: skip
        st.switch_page(COMPARE, query_params={"run": list(ticked)})
    said = wording.ticked_runs([names[key] for key in ticked]) or wording.HOW_TO_OPEN
    st.caption(plain_text(f"{wording.runs_shown(len(shown), len(runs))} · {said}"), width="content")
    if ticked:
        st.button("Clear", key="clear_ticked", type="tertiary", on_click=_clear)


def _ticked(runs: Sequence[Listed]) -> list[str]:
    there = {each.analysis.run.id for each in runs}
    return [key for key in st.session_state.get(TICKED, []) if key in there]


def _clear() -> None:
    st.session_state[TICKED] = []
    _forget_table()


def _forget_table() -> None:
    """Let the next table begin anew: with the ticks that it is given, and nothing clicked."""
    st.session_state[VERSION] = st.session_state.get(VERSION, 0) + 1


def _in_steady_order(runs: list[Listed]) -> list[Listed]:
    """Return the runs as this session first saw them, new ones on top: a row must not move under the pointer."""
    by_id = {each.analysis.run.id: each for each in runs}
    kept = [key for key in st.session_state.get(ORDER, []) if key in by_id]
    order = [key for key in by_id if key not in set(kept)] + kept
    st.session_state[ORDER] = order
    return [by_id[key] for key in order]
