"""The switch between a page that follows its data and one that stays as it is; it lives in the address as `live=off`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import time

import streamlit as st

from trainmon import wording
from trainmon.runs.library import Library

PARAMETER, OFF, ON = "live", "off", "on"
SWITCH, HELD = "live_switch", "live_held"


@dataclass(frozen=True)
class Held:
    """The library as it was at a moment (seconds since 1970), for as long as a session is paused."""

    library: Library
    moment: float


def paused() -> bool:
    """Return whether the address asks for a page that stays as it is."""
    return st.query_params.get(PARAMETER) == OFF


def parameters() -> Mapping[str, str]:
    """Return the query parameters that keep a paused session paused on another page."""
    return {PARAMETER: OFF} if paused() else {}


def settle(library: Library) -> None:
    """Do what the address asks for: hold the library still from now on, or let go of it."""
    st.session_state[PARAMETER] = OFF if paused() else ON
    if not paused():
        st.session_state.pop(HELD, None)
    elif HELD not in st.session_state:
        st.session_state[HELD] = Held(library.still(), time())


def held() -> Held | None:
    """Return what a paused session looks at, None where it is live."""
    found: Held | None = st.session_state.get(HELD)
    return found


def toggle() -> None:
    """Draw the switch."""
    st.session_state[SWITCH] = not paused()
    st.toggle(wording.PAUSED if paused() else wording.LIVE, key=SWITCH, on_change=_switched, width="content")


def note() -> None:
    """Say since when the page stays as it is, where it does."""
    still = held()
    with st.container():
        if still is not None:
            st.caption(wording.paused_since(still.moment, time()), width="content")


def _switched() -> None:
    if st.session_state[SWITCH]:
        st.query_params.pop(PARAMETER, None)
    else:
        st.query_params[PARAMETER] = OFF
    st.rerun()  # the whole page: its ear is told to listen, or not to
