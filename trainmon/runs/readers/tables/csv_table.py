"""A growing CSV log as columns: whole blocks through the typed parser, and line by line where one of them fails there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trainmon.files.text_file import LFS_ADVICE, LFS_POINTER
from trainmon.runs.readers.columns import Growable, NumberColumn
from trainmon.runs.readers.problem_list import ProblemList
from trainmon.runs.readers.tables.csv_block import Block, Kind, parse_block, split_line
from trainmon.runs.readers.tables.csv_dialect import COMMAS, LOOKED_AT, Dialect, header_line, split
from trainmon.runs.readers.tables.csv_lines import parse_lines
from trainmon.runs.run import Column, Problem

# A block that fails in the typed parser is tried again in pieces of this size, so that one bad line slows few others.
PIECE_BYTES = 1 << 18
_NO_CSV = {
    b"\xff\xfe": "is UTF-16 text, as PowerShell writes it; save it as UTF-8",
    b"\xfe\xff": "is UTF-16 text, as PowerShell writes it; save it as UTF-8",
    LFS_POINTER: LFS_ADVICE,
}


KindOf = Callable[[str, str], Kind]
"""What a column of a given name holds, whose first cell is the second argument."""


class CsvTable:
    """Takes the lines of a CSV file and keeps its columns; `kind_of` says what each holds.

    `dialect_of` finds how the table is written by its first lines; ours is always written with commas.
    """

    def __init__(self, file_name: str, kind_of: KindOf, dialect_of: Callable[[list[bytes]], Dialect] = lambda _: COMMAS) -> None:
        self.file_name = file_name
        self._kind_of = kind_of
        self._dialect_of = dialect_of
        self.restart(0)

    def restart(self, size: int) -> None:
        """Forget everything; the file's `size` in bytes tells how much room to make."""
        self._size = size
        self._dialect = COMMAS
        self._hopeless = False
        self._kinds: dict[str, Kind] = {}
        self.count = 0
        self.entries = 0
        self.time = Growable(np.float64)
        self.phase = Growable(np.int8)
        self._numbers: dict[str, NumberColumn] = {}
        self.texts: dict[str, list[str | None]] = {}
        self._problems = ProblemList(self.file_name)

    @property
    def names(self) -> list[str]:
        """The names in the header, made unique."""
        return list(self._kinds)

    @property
    def problems(self) -> list[Problem]:
        """What was wrong with the file so far, the first hundred in full."""
        return self._problems.all()

    def columns(self) -> dict[str, Column]:
        """Return the numeric columns as they are now."""
        return {name: column.column() for name, column in self._numbers.items()}

    def lines(self, data: bytes, first_line: int) -> None:
        """Take complete lines."""
        if not self._kinds and not self._hopeless:
            data, first_line = self._take_header(data, first_line)
            self._reserve(data)
        if self._kinds and data.strip():
            self._take(data, first_line)

    def _take_header(self, data: bytes, first_line: int) -> tuple[bytes, int]:
        """Take the header, and return what stands below it, and the number of the first line there."""
        lines = data.split(b"\n", LOOKED_AT)[:LOOKED_AT]
        for start, found in _NO_CSV.items():
            if first_line == 1 and data.startswith(start):
                self._problems.add(1, found)
                self._hopeless = True
                return b"", first_line
        self._dialect = self._dialect_of(lines)
        at = header_line(lines)
        below = split_line(lines[at + 1], self._dialect) if at + 1 < len(lines) else []
        header = lines[at].decode("utf-8-sig", errors="replace").lstrip("#")
        for place, cell in enumerate(split(header, self._dialect)):
            self._add_column(place, cell, below[place] if place < len(below) else "")
        return data[sum(len(line) + 1 for line in lines[: at + 1]) :], first_line + at + 1

    def _add_column(self, place: int, cell: str, below: str) -> None:
        name = cell or f"column {place + 1}"
        name = name if name not in self._kinds else f"{name} ({place + 1})"
        self._kinds[name] = kind = self._kind_of(name, below)
        if kind == "text":
            self.texts[name] = []
        elif kind in ("number", "metric"):
            self._numbers[name] = NumberColumn(name)

    def _reserve(self, data: bytes) -> None:
        lines = data.count(b"\n")
        expected = int(1.02 * self._size * lines / len(data)) + 1 if lines else 0
        self.time.reserve(expected)
        self.phase.reserve(expected)
        for column in self._numbers.values():
            column.reserve(expected)

    def _take(self, data: bytes, first_line: int) -> None:
        block = parse_block(data, self._kinds, self._dialect)
        if block is not None:
            self._append(block)
        elif len(data) <= PIECE_BYTES:
            self._append(self._line_by_line(data, first_line))
        else:
            self._take_in_pieces(data, first_line)

    def _take_in_pieces(self, data: bytes, first_line: int) -> None:
        start = 0
        while start < len(data):
            # A line longer than a piece is a piece of its own.
            end = data.rfind(b"\n", start, start + PIECE_BYTES) + 1 or data.find(b"\n", start) + 1
            piece = data[start:end]
            block = parse_block(piece, self._kinds, self._dialect)
            self._append(block if block is not None else self._line_by_line(piece, first_line))
            first_line += piece.count(b"\n")
            start = end

    def _line_by_line(self, data: bytes, first_line: int) -> Block:
        return parse_lines(data, first_line, self._kinds, self.file_name, self._dialect)

    def _append(self, block: Block) -> None:
        for problem in block.problems:
            self._problems.add(problem.line, problem.reason)
        self.time.append(block.time)
        self.phase.append(block.phase)
        for name, texts in block.texts.items():
            self._append_texts(name, texts, block.count)
        for name, (values, logged) in block.numbers.items():
            self._numbers[name].append(values, logged)
        self.count += block.count
        self.entries += block.count + block.left_out

    def _append_texts(self, name: str, texts: list[str | None], count: int) -> None:
        column = self._numbers.get(name)
        if column is not None and not column.empty:
            column.append(np.full(count, np.nan), np.zeros(count, dtype=np.bool_))
            example = next(text for text in texts if text is not None)
            self._problems.add(None, f"{example[:40]!r} in column {name!r} is not a number; left blank")
            return
        if column is not None:  # nothing but blanks so far: it turns out to be text
            del self._numbers[name]
            self._kinds[name] = "text"
            self.texts[name] = [None] * self.count
        self.texts[name].extend(texts)
