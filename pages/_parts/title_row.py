"""The first row of a page: what it is about on the left, what can be done with the page on the right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages._parts import live_switch
from pages._parts.text import plain_text


@contextmanager
def title_row(title: str) -> Iterator[None]:
    """Draw the title; what is drawn in the block stands behind it, and the page's own switches at the end of the row."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.header(plain_text(title), anchor=False, width="content")
            yield
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            live_switch.toggle()
    live_switch.note()
