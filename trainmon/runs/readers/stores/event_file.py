"""One of TensorBoard's event files, followed while it grows: its rows as blocks of columns, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from trainmon.files.growing_records import GrowingRecords
from trainmon.runs.readers import moments
from trainmon.runs.readers.followed import Followed
from trainmon.runs.readers.stores.event_records import EventRecords
from trainmon.runs.readers.stores.event_rows import EventRows
from trainmon.runs.run import Problem
from trainmon.stats.arrays import Floats, Mask

STEP = "step"
LATEST = 1e11  # seconds since 1970: later is no time that a clock shows
UNFINISHED = "its last record is unfinished; it waits for its end"
_BEGUN = re.compile(r"tfevents\.(\d+)")


class EventBlock(NamedTuple):
    """Rows of an event file as columns: `time` in seconds since 1970, NaN where a record has none; `size` is its bytes."""

    time: Floats
    numbers: dict[str, tuple[Floats, Mask]]
    size: int


class Span(NamedTuple):
    """The first and the last step of a tag in one file."""

    first: float
    last: float


def begun(name: str) -> tuple[int, str]:
    """Return what event files are sorted by: when they were begun (seconds since 1970), as their names say, and their names."""
    found = _BEGUN.search(name)
    return int(found[1]) if found else 0, name


def merged(groups: Sequence[Sequence[EventBlock]]) -> EventBlock:
    """Return the rows of files that were written side by side in the order of their times; a file's own stay in theirs."""
    blocks = [block for group in groups for block in group]
    # A row without a time, or from before the row above it, stays right behind that.
    times = [np.fmax.accumulate(np.concatenate([block.time for block in group])) for group in groups if group]
    place = np.empty(sum(map(len, times)), dtype=np.int64)
    place[np.argsort(np.concatenate(times), kind="stable")] = np.arange(len(place))
    time, numbers, start = np.full(len(place), np.nan), {}, 0
    for block in blocks:
        at = place[start : start + len(block.time)]
        start += len(block.time)
        time[at] = block.time
        for name, (values, logged) in block.numbers.items():
            if name not in numbers:
                numbers[name] = np.full(len(place), np.nan), np.zeros(len(place), dtype=np.bool_)
            numbers[name][0][at], numbers[name][1][at] = values, logged
    return EventBlock(time, numbers, sum(block.size for block in blocks))


class EventFile:
    """Follows one file, which problems call `name`; `take` returns the rows that are new, their tags named after `prefix`."""

    def __init__(self, path: Path, prefix: str, name: str) -> None:
        self.path = path
        self.prefix = prefix
        self.name = name
        self.spans: dict[str, Span] = {}
        self.began = np.nan  # the time of the first row that has one, in seconds since 1970
        self._blocks: list[EventBlock] = []
        self.records = EventRecords(name, self._add)
        self._file = GrowingRecords(path, self.records)
        self._followed = Followed(name, self._file)

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        before = self.problems()
        return self._followed.refresh() or self.problems() != before

    @property
    def replaced(self) -> bool:
        """True where the file is another one than that whose rows were taken first."""
        return self.records.begun > 1

    def take(self) -> list[EventBlock]:
        """Return the rows read since the last call."""
        taken, self._blocks = self._blocks, []
        return taken

    def problems(self) -> list[Problem]:
        """Return what is wrong with the file, an unfinished last record included."""
        found = [*self.records.problems(), *self._followed.problems()]
        return found if found or not self._file.waiting else [Problem(self.name, None, UNFINISHED)]

    def _add(self, rows: EventRows, size: int) -> None:
        steps = rows.steps()
        numbers = {STEP: (steps, np.ones(rows.count, dtype=np.bool_))}
        for tag, cells in rows.numbers().items():
            name = self.prefix + tag
            numbers[name if name != STEP else f"{STEP} (tag)"] = cells
            at = np.flatnonzero(cells[1])
            self.spans[tag] = Span(self.spans[tag].first if tag in self.spans else steps[at[0]], steps[at[-1]])
        time = rows.times()
        usable = (time >= moments.EARLIEST) & (time < LATEST)
        self.began = self.began if np.isfinite(self.began) or not usable.any() else float(time[usable][0])
        self._blocks.append(EventBlock(np.where(usable, time, np.nan), numbers, size))
