"""One CSV file of a run, followed while it grows: its columns, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from trainmon.files.growing_file import GrowingFile
from trainmon.runs.readers.tables.csv_table import CsvTable, KindOf
from trainmon.runs.run import Problem

UNFINISHED = "the last line is unfinished; it waits for its end"


class CsvFile:
    """Follows one file, which may not be there yet, or go; `kind_of` says what a column of a given name holds."""

    def __init__(self, path: Path, kind_of: KindOf) -> None:
        self.path = path
        self.table = CsvTable(path.name, kind_of)
        self._file = GrowingFile(path, self.table)
        self._unreadable: Problem | None = None

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        before = self._unreadable
        try:
            grew = self._file.refresh()
            self._unreadable = None
        except FileNotFoundError:
            self._unreadable = None
            grew = self.table.count > 0
            self._forget()
        except OSError as error:
            grew = False
            self._unreadable = Problem(self.path.name, None, f"cannot be read: {error.strerror}")
        return grew or self._unreadable != before

    def problems(self) -> list[Problem]:
        """Return what is wrong with the file, an unfinished last line included."""
        found = [*self.table.problems, *([self._unreadable] if self._unreadable else [])]
        if self._file.unfinished:
            found.append(Problem(self.path.name, self._file.next_line, UNFINISHED))
        return found

    def _forget(self) -> None:
        self.table.restart(0)
        self._file = GrowingFile(self.path, self.table)
