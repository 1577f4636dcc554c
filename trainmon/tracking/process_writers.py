"""The writers of this process: which of them has a directory, and what a fork and the end of the process mean to them."""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from trainmon.tracking.directory_lock import DirectoryLock
from trainmon.tracking.ending import End, how_it_ended, last_exception

if TYPE_CHECKING:  # making a Protocol takes longer than all else here, and a training waits for it
    from typing import Protocol

    class Writer(Protocol):
        """Writes into one directory."""

        def close(self, end: End, reason: str | None) -> bool:
            """Record an end."""

        def give_way(self) -> None:
            """Leave the directory to another writer of this process."""

        def become_copy(self, of_process: int) -> None:
            """Be what is left of a writer in another process than its own."""


class SharedDirectory:
    """What all writers of a directory share: the lock that guards them, this process's claim, and who has an open attempt."""

    def __init__(self, directory: Path) -> None:
        self.lock = threading.RLock()
        self.claim = DirectoryLock(directory)
        self.writer: Writer | None = None


_directories: dict[Path, SharedDirectory] = {}
_writers: weakref.WeakSet[Writer] = weakref.WeakSet()


def enter(directory: Path, writer: Writer) -> SharedDirectory:
    """Return what a writer shares with the others of its directory; from now on it hears of forks and of the end."""
    _writers.add(writer)
    return _directories.setdefault(directory, SharedDirectory(directory))


def _leave() -> None:
    """At the process's end: record what is still open, as failed or interrupted where an exception ends the process."""
    end, reason = how_it_ended(last_exception())
    for shared in list(_directories.values()):
        if shared.writer is not None:
            shared.writer.close(end, reason or "the process ended without close()")


def _forget_parent() -> None:
    """In a forked child: the parent's attempts are not the child's, and its locks may be held for ever."""
    _directories.clear()
    for writer in list(_writers):
        writer.become_copy(os.getppid())


atexit.register(_leave)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)
