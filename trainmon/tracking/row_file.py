"""The append-only CSV: one complete line a row, given to the system in one write; the header grows with new names."""

from __future__ import annotations

import csv
import errno
import io
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from trainmon.files.format import MAX_COLUMNS, METRICS_COLUMNS
from trainmon.tracking import notices
from trainmon.tracking.atomic_file import replacing
from trainmon.tracking.logged_values import Cell
from trainmon.tracking.written_rows import split_line

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would write \r\n without it
LOOK_ROWS, LOOK_SECONDS = 64, 0.05  # how often the file is looked for


class RowFile:
    """Appends rows to a CSV and follows the header that it finds; every method raises OSError on a disk's trouble.

    A file that someone deletes begins anew: it is looked for every few rows, and those since it was last seen are written again.
    """

    def __init__(self, path: Path, columns: Sequence[str] = METRICS_COLUMNS) -> None:
        self.path = path
        self.cells_not_written = 0
        self.created = False  # set when a file without content got its header; the caller clears it
        self.has_news = False  # set with `created` and when `cells_not_written` grew; likewise
        self._columns = columns  # what a new file begins with
        self._names: list[str] = []
        self._known: frozenset[str] = frozenset()
        self._file: int | None = None
        self._line = csv.writer(self, lineterminator="\n")  # None is blank, floats are exact; it calls `write` once a line
        self._counts_links = True
        self._refused: set[str] = set()
        self._unseen: list[Mapping[str, Cell]] = []  # the rows since the file was last seen in its directory
        self._astray: list[Mapping[str, Cell]] = []  # those that went to a file that was deleted
        self._look_at = 0.0

    @property
    def rows_astray(self) -> int:
        """How many rows went to a file that was deleted, and wait for the next one."""
        return len(self._astray)

    def append(self, cells: Mapping[str, Cell]) -> None:
        """Append one row of cells by their column's name; what no cell names stays blank."""
        if len(self._unseen) >= LOOK_ROWS or time.monotonic() >= self._look_at:
            self._look(cells)
        if not self._known.issuperset(cells):
            self._grow(cells)
        self._line.writerow(map(cells.get, self._names))
        self._unseen.append(cells)

    def sync(self) -> None:
        """Make what was appended durable."""
        if self._file is not None:
            self._look(())
            os.fsync(self._file)

    def write(self, text: str) -> None:
        """Append `text` whole or not at all."""
        assert self._file is not None
        data = text.encode()
        written = os.write(self._file, data)
        if written != len(data):
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    def close(self) -> None:
        """Let go of the file; a later append opens it again."""
        if self._file is not None:
            file, self._file = self._file, None
            self._look_at = 0.0
            os.close(file)

    def _look(self, first_names: Iterable[str]) -> None:
        """Open the file where it is not open, or where someone deleted it: a row given to that one would be lost."""
        if self._file is not None and self._counts_links and os.fstat(self._file).st_nlink == 0:
            self._astray += self._unseen
            self.close()
        if self._file is None:
            self._open(first_names)
        self._unseen.clear()
        self._look_at = time.monotonic() + LOOK_SECONDS
        if self._astray:
            self._append_astray()

    def _append_astray(self) -> None:
        """Append the rows that went to a deleted file; they may bring columns, and each may find this one deleted as well."""
        astray, self._astray = self._astray, []
        try:
            while astray:
                self.append(astray[0])
                del astray[0]
        finally:
            self._astray += astray  # what the disk did not take, after those that it took and lost again

    def _open(self, first_names: Iterable[str]) -> None:
        """Open the file at its end, with a header where it has none, after ending a torn last line."""
        if not self._names:  # later on it stays deleted where someone deletes it
            self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _BINARY, 0o666)
        self._counts_links = os.fstat(self._file).st_nlink > 0  # some network file systems always say 0
        try:
            self._end_torn_line()
            if os.fstat(self._file).st_size == 0:
                extra = [name for name in first_names if name not in self._columns]
                self._line.writerow([*self._columns, *extra][:MAX_COLUMNS])
                self.created = self.has_news = True
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
        header = ",".join(self._columns).encode()
        if len(first) == size and size < len(header) and header.startswith(first):
            os.ftruncate(self._file, 0)
        else:
            self.write("\n")

    def _follow(self, names: list[str]) -> None:
        self._names, self._known = names, frozenset(names)

    def _grow(self, cells: Mapping[str, Cell]) -> None:
        """Give the file columns for the cells that are new; what it cannot have is counted, and the row goes on without."""
        wanted = [name for name, cell in cells.items() if cell not in (None, "") and name not in self._known]
        fresh = [name for name in wanted if name not in self._refused]
        names = fresh[: max(0, MAX_COLUMNS - len(self._names))]
        reason = f"the file has {MAX_COLUMNS} columns, the most it may have"
        if names:
            try:
                self._rewrite(names)
            except OSError as error:
                reason = error.strerror or str(error)
                if self._file is None:  # Windows: the file was closed to be replaced
                    self._open(())
        refused = [name for name in fresh if name not in self._known]
        if refused:
            notices.warn("%s: no column for %s: %s", self.path, ", ".join(refused), reason)
        self._refused.update(refused)
        missing = sum(name not in self._known for name in wanted)
        if missing:
            self.cells_not_written += missing
            self.has_news = True

    def _rewrite(self, names: Sequence[str]) -> None:
        """Write the file anew with more columns, old rows padded, and swap it in; an unreadable line keeps its bytes."""
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(["", *names])
        headings = text.getvalue().encode("utf-8", errors="replace")
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
