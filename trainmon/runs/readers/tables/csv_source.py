"""A table of another tool as text, followed while it grows: CSV and its like, with a header."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from trainmon.runs.readers import moments
from trainmon.runs.readers.candidate import Candidate
from trainmon.runs.readers.log_file import LogFile
from trainmon.runs.readers.log_run import About
from trainmon.runs.readers.numbers import number
from trainmon.runs.readers.tables.csv_block import Kind, split_line
from trainmon.runs.readers.tables.csv_dialect import LOOKED_AT, dialect_of, header_line
from trainmon.runs.readers.tables.csv_table import CsvTable
from trainmon.runs.run import Problem


class CsvSource:
    """Follows one table; `beside` reads what stands beside it."""

    def __init__(self, path: Path, beside: Callable[[], About] = About) -> None:
        self.path = path
        self.table = CsvTable(path.name, kind_of, dialect_of)
        self._file = LogFile(path, self.table)
        self._beside = beside
        self._about = About()

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        before = self._about
        self._about = self._beside()
        return self._file.refresh() or self._about != before

    def problems(self) -> list[Problem]:
        """Return what is wrong with the file."""
        return [*self.table.problems, *self._file.problems()]

    def about(self) -> About:
        """Return what stands beside the table."""
        return self._about


def kind_of(name: str, first: str) -> Kind:
    """Return what a column holds by its name and its first cell: a point in time, else perhaps numbers."""
    moment = moments.seconds(first) if moments.is_time_name(name) else None
    return "time" if moment is not None and moment > moments.EARLIEST else "metric"


def names_in_header(candidate: Candidate) -> list[str]:
    """Return the names in the header of a table, [] where the file is none: cells by one delimiter, numbers below them."""
    lines = candidate.lines[:LOOKED_AT]
    if candidate.suffix in (".json", ".jsonl", ".ndjson") or not lines:
        return []
    dialect, at = dialect_of(lines), header_line(lines)
    names = split_line(lines[at].lstrip(b"#"), dialect)
    below = [cells for line in lines[at + 1 :] if line.strip() and len(cells := split_line(line, dialect)) >= len(names)]
    if any(number(name) is not None or len(name) > 200 for name in names) or len(names) < 2:
        return []
    if len(below) < 0.5 * sum(1 for line in lines[at + 1 :] if line.strip()):
        return []
    numeric = any(number(cell, dialect.decimal) is not None for cells in below for cell in cells)
    return [re.sub(r"\s+", " ", name) for name in names] if numeric or not below else []
