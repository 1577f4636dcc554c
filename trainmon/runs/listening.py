"""Listens to the file events below one root, and listens anew where that broke off."""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from stat import S_ISDIR

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

FIRST_PAUSE_SECONDS = 2.0  # from one start to the next: doubled each time, so that what breaks at once is not tried for ever
LONGEST_PAUSE_SECONDS = 60.0

_log = logging.getLogger(__name__)

# Watchdog 7.1 meets a folder twice that appears while it walks the one around it, and says so, though all is well.
warnings.filterwarnings(
    "ignore", r"Callback with id .* already exists for watch", RuntimeWarning, r"watchdog\.observers\.inotify"
)


class Listener(FileSystemEventHandler):
    """Tells what the file system says about the files below a root, where it says anything."""

    def __init__(self, root: Path, heard: Callable[[list[str], bool], None]) -> None:
        """`heard` is called in a thread of watchdog's with the files, and whether one of them came or went."""
        self.broke_off = False
        self._root, self._heard = root, heard
        self._observer: BaseObserver | None = None
        self._folder: tuple[int, int] | None = None
        self._began = self._not_before = float("-inf")
        self._pause = FIRST_PAUSE_SECONDS

    def listen(self, now: float) -> bool:
        """See to it that events come, and say whether they do so only from now on: what was before was not heard."""
        folder = _identity(self._root)
        if self._observer is not None and (folder != self._folder or not _alive(self._observer)):
            _log.info("the file events below %s broke off", self._root)
            self.broke_off = True
            self.stop()
        if self._observer is not None or folder is None or now < self._not_before:
            return False
        steady = now - self._began > LONGEST_PAUSE_SECONDS
        self._pause = FIRST_PAUSE_SECONDS if steady else min(2 * self._pause, LONGEST_PAUSE_SECONDS)
        self._began, self._not_before, self._folder = now, now + self._pause, folder
        return self._start()

    def stop(self) -> None:
        """Stop listening."""
        observer, self._observer = self._observer, None
        try:
            if observer is not None:
                observer.stop()
        except Exception:  # a part of it is broken already
            _log.exception("the file events below %s could not be stopped", self._root)

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Pass on what happened; reading a file is no change."""
        if event.event_type in ("opened", "closed_no_write"):
            return
        files = [os.fsdecode(path) for path in (event.src_path, event.dest_path) if path]
        self._heard(files, event.event_type in ("created", "deleted", "moved"))

    def _start(self) -> bool:
        try:
            self._observer = Observer()
            self._observer.schedule(self, os.path.realpath(self._root), recursive=True)  # of a link, its own folder would be deaf
            self._observer.start()
        except OSError as error:  # too many watches, or a file system without events
            _log.info("no file events below %s (%s)", self._root, error)
            self.stop()
            return False
        self.broke_off = False
        return True


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from another one that takes its place later; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if S_ISDIR(found.st_mode) else None


def _alive(observer: BaseObserver) -> bool:
    """Return whether all threads live that an event passes: the observer, its emitters, and those that one of these holds."""
    holders = (observer, *observer.emitters)
    held = [part for holder in holders for part in [*vars(holder).values()] if isinstance(part, threading.Thread)]
    return all(thread.is_alive() for thread in (*holders, *held))
