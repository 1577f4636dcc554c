"""Where there is nothing to show: what was looked for, where, what to check, and what to do next."""

from __future__ import annotations

import shlex

import streamlit as st

from pages._parts import hub, share
from pages._parts.text import plain_text
from trainmon import wording
from trainmon.reports.guidance import guide_to_rows, guide_to_runs
from trainmon.runs.run import Run
from trainmon.wording import Guidance

MOST_LINES = 10  # a file of nothing but garbage has a problem on every line


def no_runs() -> None:
    """Say that no run was found below the roots, or that a root itself is missing, and offer the demo."""
    _show(guide_to_runs(hub.library(), "streamlit run app.py -- FOLDER"))
    _offer_demo()


def no_rows(run: Run) -> None:
    """Say why a run that was found has nothing to show yet."""
    _show(guide_to_rows(run))


def _show(guidance: Guidance) -> None:
    with st.container(border=True):
        st.subheader(guidance.title, anchor=False)
        _list("Looked for", [f"- {plain_text(place)}" for place in guidance.looked_for])
        _list("Found", [f"- {plain_text(thing)}" for thing in guidance.found[:MOST_LINES]])
        _list("Check", [f"{number}. {plain_text(check)}" for number, check in enumerate(guidance.checks, start=1)])
        st.markdown(plain_text(guidance.next_step))
        st.code(guidance.command, language=None)
        st.caption(wording.GOES_ON)


def _list(title: str, lines: list[str]) -> None:
    st.markdown("\n".join([f"**{title}**", "", *lines]))


def _offer_demo() -> None:
    folder = str(hub.demo_directory())
    with st.container(border=True):
        st.subheader("Nothing to watch yet? Watch the demo", anchor=False)
        st.markdown(plain_text(wording.DEMO_OFFER))
        st.code(f"python -m trainmon demo {shlex.quote(folder)}", language=None)
        if share.only_for_its_owner() and st.button("Start the demo", icon=":material/play_arrow:", key="start_demo"):
            hub.start_demo()
            st.toast("The demo is starting: its first row comes in a few seconds")
