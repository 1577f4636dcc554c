"""One writing process a directory: a lock that the system lets go of when its holder ends, however that ends."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

from trainmon.errors import BusyDirectoryError
from trainmon.files.format import WRITER_LOCK
from trainmon.files.process_identity import host_name
from trainmon.tracking import notices
from trainmon.tracking.attempt_record import utc_now

_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)  # what the systems say where another process has the lock
_LOCKED_BYTE = 1 << 20  # beyond the text: on Windows nobody can read a byte that is locked


class DirectoryLock:
    """This process's lock on one directory: one object a directory, since closing any second one would let go of it (POSIX)."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock, or raise BusyDirectoryError that says who holds it; a disk without locks is said and goes without."""
        if self._file is not None:
            return
        try:
            file = os.open(self.directory / WRITER_LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError:
            return  # a directory that takes no file takes no row either, which is said where that fails
        try:
            _lock(file)
        except OSError as error:
            holder = os.pread(file, 200, 0) if hasattr(os, "pread") else os.read(file, 200)
            os.close(file)
            if error.errno in _HELD:
                raise _busy(self.directory, holder.decode("utf-8", "replace").strip() or "another process") from None
            reason = error.strerror or error
            notices.warn("%s: no lock (%s); a second process that logs here will not be noticed", self.directory, reason)
            return
        self._file = file
        with contextlib.suppress(OSError):  # a full disk keeps no name, and the lock holds all the same
            os.ftruncate(file, 0)
            os.write(file, f"process {os.getpid()} on {host_name()} since {utc_now()}\n".encode())

    def release(self) -> None:
        """Let another process write here."""
        if self._file is not None:
            file, self._file = self._file, None
            os.close(file)


def _busy(directory: Path, holder: str) -> BusyDirectoryError:
    return BusyDirectoryError(f"{directory} is being written by {holder}; stop that one, or log to another directory")


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        # Not flock: a data loader's worker would inherit that and hold it beyond the training's death.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _LOCKED_BYTE)
