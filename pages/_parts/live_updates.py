"""Pages that follow their data: a socket says that what they show has changed, and only that part is drawn anew."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from pages._parts import hub, live_switch, view_state, wake
from pages._parts.feed import HEARTBEAT_SECONDS, OVER, Outlook, outlook
from trainmon import wording

RUNNING_SECONDS = 2.0  # these three: how often to ask where no socket gets through
WAITING_SECONDS = 2.0  # nothing there yet: somebody has just started a training and is looking
NOTHING, DRAWN = "nothing_changed", "live_drawn"

_ear = st.components.v2.component("trainmon_wake", js=(Path(__file__).parent / "wake.js").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Frame:
    """What the whole page depends on: the runs that it shows (none = all), those that are listed, and how it is woken."""

    shown: tuple[str, ...]
    known: frozenset[str]
    poll: float | None
    paused: bool


def follow(key: str, draw: Callable[[], None]) -> None:
    """Draw now, and this part again whenever the runs that the address names have changed, or their states have.

    A run that came or went needs the whole page once: the frame around it lists the runs.
    """
    around = _frame(_outlook())

    @st.fragment(key=key)
    def body() -> None:
        drawn = st.session_state[DRAWN] = _outlook()
        draw()
        if _frame(drawn) != around:
            st.rerun()

    body()
    _nothing()
    drawn: Outlook = st.session_state[DRAWN]
    data = {
        "address": None if around.paused else f"{wake.PATH}?{urlencode({'run': around.shown}, doseq=True)}",
        "base": str(st.get_option("server.baseUrlPath")).strip("/"),
        "seen": drawn.revision,
        "poll": around.poll,
        "units": wording.DURATION_UNITS,
    }
    _ear(key=f"wake_{key}", data=data, on_woken_change=functools.partial(woken, key, around))


def woken(key: str, around: Frame) -> None:
    """Answer the page's ear: draw the part anew if it is out of date, everything if the frame is, else nothing."""
    now = _outlook()
    if _frame(now) != around:
        return  # the whole page
    st.rerun(key if now != st.session_state.get(DRAWN) else NOTHING)


def pace_of(states: Collection[str]) -> float | None:
    """Return after how many seconds to ask again where no socket gets through, None where all runs have ended."""
    if "running" in states:
        return RUNNING_SECONDS
    return None if OVER.issuperset(states) else HEARTBEAT_SECONDS


@functools.cache
def freeze_imports() -> None:
    """Take what the imports made out of the collector's sight, once: a full collection would hold up every session for it."""
    gc.collect()
    gc.freeze()


@st.fragment(key=NOTHING)
def _nothing() -> None:
    """Be what is drawn where nothing has changed: a callback that names no fragment draws the whole page."""


def _shown() -> tuple[str, ...]:
    return tuple(dict.fromkeys(key.partition("@")[0] for key in view_state.read().runs))


def _outlook() -> Outlook:
    return outlook(hub.library(), _shown(), hub.now())


def _frame(now: Outlook) -> Frame:
    shown, known = _shown(), frozenset(run.id for run in hub.library().runs())
    waiting = not known or not known.issuperset(shown)
    poll = WAITING_SECONDS if waiting else pace_of(now.states)
    return Frame(shown, known, poll, live_switch.paused())
