"""A look at the past: that a page shows a run as it was at a row, and the way to the present."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from pages._parts import live_switch, view_state
from trainmon import wording
from trainmon.analysis import Analysis


def only(subjects: Sequence[Analysis]) -> bool:
    """Return whether a page shows nothing but the past."""
    return bool(subjects) and all(each.state.place for each in subjects)


def banner(subjects: Sequence[Analysis]) -> None:
    """Say that the page shows the past where it does, with a link to the same view of the present."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if not any(each.state.place for each in subjects):
            return
        st.info(wording.THE_PAST if only(subjects) else wording.PARTLY_THE_PAST, icon=":material/history:")
        address = escape(f"?{urlencode(present())}")
        st.html(f'<a href="{address}" style="color: inherit">{escape(wording.TO_THE_PRESENT)}</a>', width="content")


def present() -> view_state.Parameters:
    """Return the query parameters of the same view without the rows at which it ends, and going on."""
    seen = view_state.read().parameters()
    runs = [(name, value) for name in ("run", "baseline") for value in seen.get(name, [])]
    controls = view_state.moved_controls()
    return [*runs, *((name, word) for name, word in controls if name != live_switch.PARAMETER)]
