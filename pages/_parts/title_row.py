"""The first row of a page: what it is about on the left, what can be done with the page on the right."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._parts import live_switch, past, share
from pages._parts.text import plain_text
from trainmon.analysis import Analysis


def title_row(title: str, subjects: Sequence[Analysis] = (), baseline: str | None = None) -> DeltaGenerator:
    """Draw the title with what pauses and shares the page, and return the place behind the title.

    Shared is what the page shows of `subjects` (none: of all runs), compared to `baseline`. A page about the past alone stays
    as it is anyway.
    """
    follows = not past.only(subjects)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        left = st.container(horizontal=True, vertical_alignment="center", gap="small")
        left.header(plain_text(title), anchor=False, width="content")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            if follows:
                live_switch.toggle()
            share.panel(subjects, baseline)
    if follows:
        live_switch.note()
    past.banner(subjects)
    return left
