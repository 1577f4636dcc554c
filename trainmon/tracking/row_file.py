"""The append-only CSV: one complete line a row, given to the system in one write; the header grows with new names."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from trainmon.file_format import MAX_COLUMNS, METRICS_COLUMNS
from trainmon.tracking.atomic_file import replacing
from trainmon.tracking.logged_values import text_cell
from trainmon.tracking.written_history import split_line

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would write \r\n without it
log = logging.getLogger("trainmon")


class RowFile:
    """Appends rows to a CSV and follows the header that it finds; every method raises OSError on a disk's trouble."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cells_not_written = 0
        self.created = False  # set when a file without content got its header; the caller clears it
        self._names: list[str] = []
        self._known: frozenset[str] = frozenset()
        self._file: int | None = None
        self._counts_links = True
        self._refused: set[str] = set()

    @property
    def is_open(self) -> bool:
        """True from the first append on, until it was closed or failed."""
        return self._file is not None

    def append(self, cells: Mapping[str, str]) -> None:
        """Append one row of ready cells by their column's name; what no cell names stays blank."""
        if self._file is None or (self._counts_links and os.fstat(self._file).st_nlink == 0):
            self.close()  # someone deleted the file: a row given to it would be lost
            self._open(cells)
        if not self._known.issuperset(cells):
            self._grow([name for name, cell in cells.items() if cell and name not in self._known])
        self._write(",".join([cells.get(name, "") for name in self._names]) + "\n")

    def sync(self) -> None:
        """Make what was appended durable."""
        if self._file is not None:
            os.fsync(self._file)

    def close(self) -> None:
        """Let go of the file; a later append opens it again."""
        if self._file is not None:
            file, self._file = self._file, None
            os.close(file)

    def _open(self, first_names: Mapping[str, str]) -> None:
        """Open the file at its end, with a header where it has none, after ending a torn last line."""
        self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _BINARY, 0o666)
        self._counts_links = os.fstat(self._file).st_nlink > 0  # some network file systems always say 0
        try:
            self._end_torn_line()
            if os.fstat(self._file).st_size == 0:
                extra = [name for name in first_names if name not in METRICS_COLUMNS]
                names = [*METRICS_COLUMNS, *extra][:MAX_COLUMNS]
                self._write(",".join(map(text_cell, names)) + "\n")
                self.created = True
            with self.path.open("rb") as file:
                self._follow(split_line(file.readline()))
        except BaseException:
            self.close()
            raise

    def _end_torn_line(self) -> None:
        """End a last line that a full disk or a power cut left unfinished; a torn header of ours gives way to a whole one."""
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 1))
            if file.read(1) in (b"", b"\n"):
                return
            file.seek(0)
            first = file.readline(1 << 16)
        assert self._file is not None
        header = ",".join(METRICS_COLUMNS).encode()
        if len(first) == size and size < len(header) and header.startswith(first):
            os.ftruncate(self._file, 0)
        else:
            self._write("\n")

    def _follow(self, names: list[str]) -> None:
        self._names, self._known = names, frozenset(names)

    def _write(self, text: str) -> None:
        """Append `text` whole or not at all."""
        assert self._file is not None
        data = text.encode("utf-8", errors="replace")
        written = os.write(self._file, data)
        if written != len(data):
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    def _grow(self, wanted: Sequence[str]) -> None:
        """Give the file columns for `wanted`; those that it cannot have are counted, and the row goes on without them."""
        fresh = [name for name in wanted if name not in self._refused]
        names = fresh[: max(0, MAX_COLUMNS - len(self._names))]
        reason = f"the file has {MAX_COLUMNS} columns, the most it may have"
        if names:
            try:
                self._rewrite(names)
            except OSError as error:
                reason = error.strerror or str(error)
                if self._file is None:  # Windows: the file was closed to be replaced
                    self._open({})
        refused = [name for name in fresh if name not in self._known]
        if refused:
            log.warning("%s: no column for %s: %s", self.path, ", ".join(refused), reason)
        self._refused.update(refused)
        self.cells_not_written += sum(name not in self._known for name in wanted)

    def _rewrite(self, names: Sequence[str]) -> None:
        """Write the file anew with more columns, old rows padded, and swap it in; an unreadable line keeps its bytes."""
        headings = ("," + ",".join(map(text_cell, names))).encode("utf-8", errors="replace")
        padding = b"," * len(names)
        self.sync()
        with self.path.open("rb") as old, replacing(self.path) as new:
            for number, line in enumerate(old):
                body = line.rstrip(b"\r\n")
                new.write(body + (headings if number == 0 else padding) + line[len(body) :] if body else line)
            if os.name == "nt":  # which replaces no file that anyone has open
                old.close()
                self.close()
        self.close()
        self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | _BINARY)
        self._follow([*self._names, *names])
