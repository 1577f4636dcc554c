"""Waits for what happens elsewhere: in a thread, a process, a browser. Nothing is measured by this clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from trainmon.runs.library import Library
from trainmon.runs.watching import Watcher

PATIENCE = 240.0  # seconds: far more than anything takes on a busy machine, so that what ends a wait by time is broken

Watched = TypeVar("Watched", bound=Library)


def wait_until(condition: Callable[[], bool], otherwise: Callable[[], str] = lambda: "it never came true") -> None:
    """Return once the condition holds; fails with what `otherwise` says where it never does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, otherwise()
        time.sleep(0.02)


@contextmanager
def watched(library: Watched) -> Iterator[Watched]:
    """Watch a library's roots, as the app does, from when they were read once until the block ends."""
    watcher = Watcher(library)
    watcher.start()
    try:
        assert watcher.wait_until_read(PATIENCE)
        yield library
    finally:
        watcher.stop()
