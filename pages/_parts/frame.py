"""What stands around every page about one run: its name and state on top, or what to do where there is nothing to show."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Literal

import streamlit as st

from pages._parts import empty_states, hub, live_updates, overview, run_picker, view_state
from pages._parts.run_picker import Chosen
from pages._parts.text import plain_text
from pages._parts.title_row import title_row
from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.state import StateWord
from trainmon.errors import UnknownRunError

Look = tuple[str, Literal["green", "orange", "red", "blue", "gray", "violet"]]
LOOKS: dict[StateWord, Look] = {
    "not started": (":material/hourglass_empty:", "gray"),
    "running": (":material/play_arrow:", "green"),
    "silent": (":material/schedule:", "orange"),
    "interrupted": (":material/bolt:", "red"),
    "failed": (":material/error:", "red"),
    "finished": (":material/check:", "blue"),
    "ended": (":material/stop:", "gray"),
}
MOST_LETTERS = 60  # of a run's name in its title: the middle of a longer one gives way, and its path stands below
PAST: Look = (":material/history:", "violet")
EVIDENCE_LOOK = "font-size: 0.875rem; opacity: 0.6; font-variant-numeric: tabular-nums"  # a caption whose digits keep their place


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

    live_updates.follow(key, body)


def header(analysis: Analysis) -> None:
    """Draw the run's name, its state with the evidence, where it lies, and which part of it the figures are about.

    The browser's tab says name, progress and state too: that goes to the browser by itself and draws nothing.
    """
    run, state = analysis.run, analysis.state
    st.set_page_config(page_title=wording.tab_title(run.name, analysis.progress.fraction, state.label, view_state.title()))
    icon, colour = PAST if state.place else LOOKS[state.word]
    with title_row(wording.short_name(run.name, MOST_LETTERS), [analysis]):
        st.badge(state.label, icon=icon, color=colour)
        evidence(analysis)
    chain = analysis.chain.number if analysis.chain else None
    part = wording.part_shown(analysis.attempt, chain, len(run.chains), len(run.attempts))
    st.caption(" · ".join(plain_text(words) for words in (str(run.path), part, wording.tags_line(run.tags)) if words))
    with st.container():
        if analysis.notices:
            st.info("  \n".join(plain_text(notice) for notice in analysis.notices), icon=":material/info:")


def evidence(analysis: Analysis) -> None:
    """Draw what the state rests on; the page's ear lets an age in it grow each second."""
    state = analysis.state
    if state.age is None:
        st.caption(plain_text(state.evidence), width="content")
        return
    before, age, after = (escape(words) for words in wording.around_age(state.evidence, state.age))
    counting = f'<span data-tm-age="{state.age:.1f}" data-tm-drawn="{analysis.now:.3f}">{age}</span>'
    st.html(f'<span style="{EVIDENCE_LOOK}">{before}{counting}{after}</span>', width="content")


def unknown(error: UnknownRunError) -> None:
    """Say that a run is not known, and why that may be."""
    st.error(plain_text(str(error)), icon=":material/search_off:")
    st.caption(wording.UNKNOWN_RUN_HELP)
