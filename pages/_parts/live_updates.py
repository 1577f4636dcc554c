"""Pages that follow their data: a fragment looks again every few seconds, and stops where nothing can come."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable, Iterable

import streamlit as st

from pages._parts import hub
from trainmon.analysis import Analysis

RUNNING_SECONDS = 2.0
WAITING_SECONDS = 2.0  # nothing there yet: somebody has just started a training and is looking
HEARTBEAT_SECONDS = 15.0


def pace_of(analyses: Iterable[Analysis]) -> float | None:
    """Return the seconds until the next look at these runs, None where all have ended."""
    words = {analysis.state.word for analysis in analyses}
    if "running" in words:
        return RUNNING_SECONDS
    return HEARTBEAT_SECONDS if words - {"finished", "ended"} else None


def follow(key: str, draw: Callable[[], None], pace: Callable[[], float | None]) -> None:
    """Draw now and again as often as `pace` says, None = never.

    A new pace, or a run that came or went, needs the whole page once: the frame around it lists the runs.
    """
    every, known = pace(), _run_ids()

    @st.fragment(key=key, run_every=every)
    def body() -> None:
        draw()
        if pace() != every or _run_ids() != known:
            st.rerun()

    body()


@functools.cache
def freeze_imports() -> None:
    """Take what the imports made out of the collector's sight, once: Streamlit collects after every run, fragments included."""
    gc.collect()
    gc.freeze()


def _run_ids() -> frozenset[str]:
    return frozenset(run.id for run in hub.library().runs())
