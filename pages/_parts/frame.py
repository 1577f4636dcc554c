"""What stands around every page about one run: its name and state on top, or what to do where there is nothing to show."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

import streamlit as st

from pages._parts import empty_states, hub, live_updates, overview, run_picker, share, view_state
from pages._parts.run_picker import Chosen
from pages._parts.text import plain_text
from trainmon import wording
from trainmon.analysis import Analysis, StateWord, analyse
from trainmon.errors import UnknownRunError

LOOKS: dict[StateWord, tuple[str, Literal["green", "orange", "red", "blue", "gray"]]] = {
    "not started": (":material/hourglass_empty:", "gray"),
    "running": (":material/play_arrow:", "green"),
    "silent": (":material/schedule:", "orange"),
    "interrupted": (":material/bolt:", "red"),
    "failed": (":material/error:", "red"),
    "finished": (":material/check:", "blue"),
    "ended": (":material/stop:", "gray"),
}


def one_run(key: str, draw: Callable[[Chosen], None]) -> None:
    """Follow the run that the address bar names: `draw` gets it once it has rows, and what is missing is said before that."""

    def body() -> None:
        view = view_state.read()
        for part in view.ignored:
            st.warning(plain_text(wording.ignored_parameter(part)), icon=":material/link_off:")
        try:
            picked = run_picker.chosen(view)
        except UnknownRunError as error:
            unknown(error)
            st.button("Show all runs", icon=":material/list:", key="show_all_runs", on_click=view_state.choose)
            return
        if picked is not None and picked.run.rows.count:
            draw(picked)
        elif picked is not None:
            header(picked.analysis("newest"))
            empty_states.no_rows(picked.run)
        elif hub.library().runs():
            overview.all_runs(key)
        else:
            empty_states.no_runs()

    live_updates.follow(key, body, pace)


def pace() -> float | None:
    """Return how often to look again at the runs that the address bar names, or at all of them."""
    view = view_state.read()
    runs = hub.library().runs()
    named = {key.partition("@")[0] for key in view.runs}
    shown = [run for run in runs if run.id in named] if named else runs
    if not shown or len(shown) < len(named):
        return live_updates.WAITING_SECONDS
    return live_updates.pace_of(analyse(run, now=time.time(), which="newest") for run in shown)


def header(analysis: Analysis) -> None:
    """Draw the run's name, its state with the evidence, where it lies, and which part of it the figures are about."""
    icon, colour = LOOKS[analysis.state.word]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(plain_text(analysis.run.name), anchor=False, width="content")
        st.badge(analysis.state.word, icon=icon, color=colour)
        st.caption(plain_text(analysis.state.evidence), width="content")
        share.panel([analysis])
    run = analysis.run
    chain = analysis.chain.number if analysis.chain else None
    part = wording.part_shown(analysis.attempt, chain, len(run.chains), len(run.attempts), analysis.until)
    st.caption(" · ".join(plain_text(words) for words in (str(run.path), part) if words))
    with st.container():
        if analysis.notices:
            st.info("  \n".join(plain_text(notice) for notice in analysis.notices), icon=":material/info:")


def unknown(error: UnknownRunError) -> None:
    """Say that a run is not known, and why that may be."""
    st.error(plain_text(str(error)), icon=":material/search_off:")
    st.caption(wording.UNKNOWN_RUN_HELP)
