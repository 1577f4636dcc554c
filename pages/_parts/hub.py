"""The library and its watcher, one for the whole process: every session reads the same runs."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import trainmon
from pages._parts import live_switch
from pages._parts.feed import Feed
from trainmon.runs.library import Library
from trainmon.runs.roots import default_roots
from trainmon.runs.watching import Watcher

ENTRY_POINT = "app.py"
DEMO_FOLDER = "demo"
FIRST_READ_SECONDS = 20.0  # a root that hangs keeps the others waiting no longer than this


@dataclass
class _Hub:
    library: Library
    watcher: Watcher
    feed: Feed
    demo: subprocess.Popen[bytes] | None = None


_lock = threading.Lock()
_hubs: dict[tuple[str, ...], _Hub] = {}


def library() -> Library:
    """Return the library over the roots that this process was started with; a paused session gets it as it was then."""
    held = live_switch.held()
    return held.library if held else open_roots().library


def now() -> float:
    """Return the moment for which pages are drawn, in seconds since 1970: this one, or that at which a session was paused."""
    held = live_switch.held()
    return held.moment if held else time.time()


def open_roots() -> _Hub:
    """Read the roots once and watch them from then on; later calls return what is there."""
    roots = default_roots(_arguments())
    with _lock:
        hub = _hubs.get(tuple(map(str, roots)))
        if hub is None:
            found = Library(roots)
            feed = Feed(found)
            hub = _hubs[tuple(map(str, roots))] = _Hub(found, Watcher(found, feed.announce), feed)
            hub.watcher.start()
            hub.watcher.wait_until_read(FIRST_READ_SECONDS)
    return hub


def close() -> None:
    """Stop watching; the next call reads the roots anew."""
    with _lock:
        for hub in _hubs.values():
            hub.watcher.stop()
        _hubs.clear()


def demo_directory() -> Path:
    """Return the folder in the first root that a demo writes to."""
    return library().roots[0].absolute() / DEMO_FOLDER


def start_demo() -> None:
    """Start the demo training as a process of its own, unless the one started here still runs."""
    hub = open_roots()
    if hub.demo is None or hub.demo.poll() is not None:
        command = [sys.executable, "-m", "trainmon", "demo", str(demo_directory())]
        package = Path(trainmon.__file__).resolve().parent.parent
        hub.demo = subprocess.Popen(
            command, cwd=package, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


def _arguments() -> list[str]:
    """Return the roots on the command line: only the entry point's own arguments are roots."""
    return sys.argv[1:] if Path(sys.argv[0]).name == ENTRY_POINT else []
