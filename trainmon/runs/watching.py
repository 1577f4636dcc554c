"""Keeps a library up to date in the background: file events wake it up, a sweep over the files is what it relies on."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from trainmon.runs.library import Library
from trainmon.runs.listening import Listener
from trainmon.runs.watched_run import WatchedRun

LIVE_SECONDS = 2.0  # network and container mounts send no events: live runs are looked at this often, events or not
ENDED_SECONDS = 60.0
DISCOVERY_SECONDS = 30.0
MISSING_ROOT_SECONDS = 2.0
COALESCE_SECONDS = 0.1  # a burst of events is one refresh

_log = logging.getLogger(__name__)


class Watcher:
    """Follows every root of a library in a thread of its own, so that a root that hangs leaves the others live."""

    def __init__(self, library: Library, changed: Callable[[], None] | None = None) -> None:
        """`changed` is called in the watching thread whenever the library's revision has grown."""
        self._threads = [_RootThread(library, root, changed or _nobody_to_tell) for root in library.roots]

    def start(self) -> None:
        """Begin to watch."""
        for thread in self._threads:
            thread.start()

    def wait_until_read(self, seconds: float) -> bool:
        """Wait until every root was read once, at most `seconds` in all, and say whether they were."""
        end = time.monotonic() + seconds
        return all(thread.read_once.wait(max(0.0, end - time.monotonic())) for thread in self._threads)

    def stop(self) -> None:
        """Stop watching; a root that hangs is left behind."""
        for thread in self._threads:
            thread.ask_to_stop()
        for thread in self._threads:
            thread.join(timeout=5)


class _RootThread(threading.Thread):
    def __init__(self, library: Library, root: Path, changed: Callable[[], None]) -> None:
        super().__init__(name=f"watching {root}", daemon=True)
        self._library, self._root, self._changed = library, root, changed
        self._wake = threading.Event()
        self._stopping = False
        self.read_once = threading.Event()
        self._there = False
        self._discovered = self._swept = self._swept_all = float("-inf")
        self._new_entries, self._undecided = True, False
        self._touched: set[str] = set()
        self._lock = threading.Lock()
        self._listener = Listener(root, self._heard)

    def ask_to_stop(self) -> None:
        """End at the next chance."""
        self._stopping = True
        self._wake.set()

    def run(self) -> None:
        """Refresh until asked to stop; what goes wrong is logged, and the next round tries again."""
        while not self._stopping:
            try:
                if self._look(time.monotonic()):
                    self._changed()
            except Exception:
                _log.exception("refreshing %s failed; it is tried again", self._root)
            self.read_once.set()
            self._wait()
        self._listener.stop()

    def _look(self, now: float) -> bool:
        """Look for runs and read what is due, and say whether anything changed."""
        if self._listener.listen(now) or self._listener.broke_off:  # what nobody heard of may be anywhere: look at everything
            self._new_entries, self._swept_all = True, float("-inf")
        found = False
        since = now - self._discovered
        if (
            self._new_entries
            or since >= (DISCOVERY_SECONDS if self._there else MISSING_ROOT_SECONDS)
            or self._grew_to_a_log(since)
        ):
            self._new_entries, self._undecided = False, False
            self._discovered, self._there = now, self._root.is_dir()
            found = self._library.discover(self._root)
        return self._library.refresh_runs(self._root, self._due(now, found=found)) or found

    def _grew_to_a_log(self, since: float) -> bool:
        """Return whether a file that was too short to be told for a log was written to: seldom enough for the walk it costs."""
        with self._lock:
            files = list(self._touched)
        self._undecided = self._undecided or self._library.may_hold_more(self._root, files)
        return self._undecided and since >= LIVE_SECONDS

    def _heard(self, files: list[str], structure: bool) -> None:
        """Take note that these files below the root changed, or (`structure`) came or went."""
        with self._lock:
            self._touched.update(files)
        self._new_entries = self._new_entries or structure
        self._wake.set()

    def _due(self, now: float, *, found: bool) -> Callable[[WatchedRun], bool]:
        """Return which runs to read: by events those that they name, by the clock all that may grow, and rarely all."""
        with self._lock:
            files, self._touched = self._touched, set()
        places = {place for file in files for place in _places(os.path.realpath(file))}
        if now - self._swept_all >= ENDED_SECONDS:
            self._swept_all = self._swept = now
            return lambda _: True
        if found or now - self._swept >= LIVE_SECONDS:
            self._swept = now
            return lambda run: run.may_grow or run.run.path in places
        return lambda run: run.run.path in places

    def _wait(self) -> None:
        if self._wake.wait(LIVE_SECONDS) and not self._stopping:
            time.sleep(COALESCE_SECONDS)
        self._wake.clear()


def _nobody_to_tell() -> None:
    return None


def _places(file: str) -> list[Path]:
    """Return the file and the folders that it lies in: any of them may be the run that it belongs to."""
    return [Path(file), *Path(file).parents]
