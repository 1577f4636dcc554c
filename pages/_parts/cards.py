"""Figures in cards: a label, the value, and a line below it."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from pages._parts.text import plain_text
from trainmon import wording

MISSING = (wording.NOT_LOGGED, wording.NO_VALIDATION, wording.NEVER_FILLED)
Card = tuple[str, str, str]  # label, value, and what stands below


def row(cards: Iterable[Card], columns: int = 4) -> None:
    """Draw cards side by side, as many as fit."""
    grid = st.grid(columns, min_column_width=150, gap="xsmall", border=True)
    for label, value, below in cards:
        missing = value in MISSING
        with grid.container(gap=None):
            st.metric(label, "–" if missing else plain_text(value))
            st.caption(plain_text(value if missing else below) or "\u00a0")
