"""Rows under construction that need not name the same columns: numbers and texts by name, whatever the format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np

from trainmon import wording
from trainmon.runs.readers import moments
from trainmon.runs.readers.columns import Growable, NumberColumn
from trainmon.runs.readers.problem_list import ProblemList
from trainmon.runs.run import Column, Problem
from trainmon.stats.arrays import Floats, Mask

MOST_COLUMNS = 1_000
MOST_NAMES = 100_000  # of columns that are left out: by then their number says enough
# A column that few rows fill costs nine bytes in every row: together they may cost this much of what was read, and a start.
CELLS_SHARE, CELLS_FREE = 0.75, 4_000_000

Cell = float | str | None
Numbers = Mapping[str, tuple[Floats, Mask]]


class Tabular(Protocol):
    """What a log is read into: columns of equal length, `entries` counts what the file holds, left-out lines included."""

    count: int
    entries: int
    time: Growable
    texts: dict[str, list[str | None]]

    @property
    def problems(self) -> list[Problem]:
        """What was wrong with the file so far."""

    def columns(self) -> dict[str, Column]:
        """Return the numeric columns as they are now."""


class Table:
    """Takes rows that each name their own cells; a column that comes later is blank in the rows before it."""

    def __init__(self, file_name: str) -> None:
        self.file_name = file_name
        self.restart()

    def restart(self) -> None:
        """Forget everything."""
        self.count = 0
        self.entries = 0
        self.read_bytes = 0
        self.time = Growable(np.float64)
        self.texts: dict[str, list[str | None]] = {}
        self._numbers: dict[str, NumberColumn] = {}
        self._left_out: set[str] = set()
        self._problems = ProblemList(self.file_name)

    @property
    def problems(self) -> list[Problem]:
        """What was wrong with the file so far, the first hundred in full."""
        found = self._problems.all()
        if self._left_out:
            what = f"{wording.count(len(self._left_out))} of its columns are left out: they are too many, or nearly empty"
            found.append(Problem(self.file_name, None, what))
        return found

    def columns(self) -> dict[str, Column]:
        """Return the numeric columns as they are now."""
        return {name: column.column() for name, column in self._numbers.items()}

    def complain(self, line: int | None, reason: str) -> None:
        """Remember something that was wrong."""
        self._problems.add(line, reason)

    def leave_out(self, names: Iterable[str]) -> None:
        """Remember that columns of these names are not kept."""
        for name in names:
            if len(self._left_out) < MOST_NAMES:
                self._left_out.add(name)

    def room(self, more: int) -> int:
        """Return how many columns there may be with `more` rows."""
        return min(MOST_COLUMNS, self._affordable(more))

    def has_room_for(self, names: Iterable[str], more: int) -> bool:
        """Return whether no column need be left out where these are added with `more` rows."""
        return len({*self._numbers, *names}) + len(self.texts) <= self.room(more)

    def add(self, rows: Sequence[Mapping[str, Cell]], time: Floats | None = None) -> None:
        """Add rows by their cells: numbers (nan and infinity too), texts, None for blank; `time` in seconds since 1970 (UTC)."""
        numbers: dict[str, tuple[Floats, Mask]] = {}
        texts: dict[str, list[str | None]] = {}
        if time is None:
            time = np.full(len(rows), np.nan)
        for name in dict.fromkeys(name for row in rows for name in row):
            cells = [row.get(name) for row in rows]
            kept = [cell if isinstance(cell, str) else None for cell in cells]
            if any(cell is not None for cell in kept):
                if moments.is_time_name(name):
                    time = np.where(np.isnan(time), moments.all_seconds(kept), time)
                texts[name] = kept
            values = np.array([np.nan if cell is None or isinstance(cell, str) else cell for cell in cells], dtype=np.float64)
            logged = np.array([cell is not None and not isinstance(cell, str) for cell in cells], dtype=np.bool_)
            if logged.any():
                numbers[name] = (values, logged)
        self.add_block(len(rows), numbers, texts, time)

    def add_block(
        self, count: int, numbers: Numbers, texts: Mapping[str, list[str | None]] | None = None, time: Floats | None = None
    ) -> None:
        """Add `count` rows by their columns: (values, logged) by name, texts by name, and seconds since 1970 (UTC)."""
        self._make_room(count, numbers)
        if time is None:
            time = np.full(count, np.nan)
        for name, (values, logged) in list(numbers.items()):
            if moments.is_time_name(name) and (values[logged] > moments.EARLIEST).all():
                time = np.where(logged, moments.unix_seconds(values), time)
                numbers = {other: cells for other, cells in numbers.items() if other != name}
        self.time.append(time)
        blank = (np.full(count, np.nan), np.zeros(count, dtype=np.bool_))
        for name in [*self._numbers, *(name for name in numbers if name not in self._numbers)]:
            column = self._number_column(name)
            if column is not None:
                column.append(*numbers.get(name, blank))
        for name, cells in self.texts.items():
            cells += (texts or {}).get(name) or [None] * count
        for name in [name for name in texts or {} if name not in self.texts]:
            if self._has_room(name):
                self.texts[name] = [*[None] * self.count, *(texts or {})[name]]
        self.count += count

    def _number_column(self, name: str) -> NumberColumn | None:
        if name not in self._numbers:
            if not self._has_room(name):
                return None
            self._numbers[name] = NumberColumn(name)
            self._numbers[name].append(np.full(self.count, np.nan), np.zeros(self.count, dtype=np.bool_))
        return self._numbers[name]

    def _make_room(self, count: int, numbers: Numbers) -> None:
        """Leave out the emptiest columns where with `count` more rows all of them would cost too much."""
        names = [*self._numbers, *(name for name in numbers if name not in self._numbers and name not in self._left_out)]
        excess = len(names) + len(self.texts) - self._affordable(count)
        if excess <= 0:
            return
        logged = {name: int(numbers[name][1].sum()) if name in numbers else 0 for name in names}
        for name, column in self._numbers.items():
            logged[name] += int(column.column().logged.sum())
        emptiest_and_newest_first = sorted(range(len(names)), key=lambda at: (logged[names[at]], -at))
        for name in [names[at] for at in emptiest_and_newest_first[:excess]]:
            self._numbers.pop(name, None)
            self.leave_out([name])

    def _affordable(self, more: int) -> int:
        """Return how many columns the memory allows with `more` rows."""
        return int((CELLS_FREE + CELLS_SHARE * self.read_bytes) / max(self.count + more, 1))

    def _has_room(self, name: str) -> bool:
        if len(self._numbers) + len(self.texts) < self.room(0) and name not in self._left_out:
            return True
        self.leave_out([name])
        return False
