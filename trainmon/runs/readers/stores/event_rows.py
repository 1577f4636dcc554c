"""The rows that a block of event records makes: a new one where the step changes, or a tag comes again."""

from __future__ import annotations

import struct
from collections import defaultdict

import numpy as np

from trainmon.runs.readers.stores.event_messages import Event
from trainmon.runs.readers.stores.event_stretches import VALUE_BYTES, Seen, repetitions, steps_and_times
from trainmon.stats.arrays import Floats, Mask


class TagCells:
    """The cells of one tag: their rows and where their bytes stand in the block, and those that had to be decoded."""

    def __init__(self) -> None:
        self.row = -1  # the last row with such a cell
        self.rows: list[int] = []
        self.places: list[int] = []
        self.decoded_rows: list[int] = []
        self.decoded: list[float] = []


class EventRows:
    """Rows under construction; `last` is the newest one's number, -1 = none, `step_bytes` its step as the records have it.

    `seen` are the records of the newest row, None where one of them had to be decoded.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._raw = np.frombuffer(data, np.uint8)
        self.tags: defaultdict[bytes, TagCells] = defaultdict(TagCells)
        self.last = -1
        self.step_bytes: bytes | None = None
        self.seen: list[Seen] | None = None
        self._steps: list[int] = []
        self._times: list[float] = []

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self.last + 1

    def go_to(self, step_bytes: bytes, time_place: int, *, again: bool) -> None:
        """Begin a row at a record that is not decoded where its step is another, or its tag comes `again`."""
        self.step_bytes = step_bytes
        step = _step(step_bytes)
        if again or self.last < 0 or step != self._steps[-1]:
            self.seen = []
            self._begin(step, struct.unpack_from("<d", self._data, time_place)[0])

    def repeat(self, end: int) -> int:
        """Take the repetitions of the newest row that stand right behind its `end`, and return how many there are."""
        if not self.seen:
            return 0
        count = repetitions(self._raw, self.seen, end)
        if count == 0:
            return 0
        steps, times = steps_and_times(self._raw, self.seen, end, count)
        size = end - self.seen[0].frame
        for record in self.seen:
            tag = self.tags[record.tag]
            tag.rows += range(self.last + 1, self.last + count + 1)
            tag.places += range(record.value + size, record.value + size * count + 1, size)
            tag.row = self.last + count
        self._steps += steps.tolist()
        self._times += times.tolist()
        self.last += count
        self.seen = [record.moved(count * size) for record in self.seen]
        self.step_bytes = self._data[self.seen[0].step : self.seen[0].step_end]
        return count

    def add(self, event: Event) -> None:
        """Take the scalars of a decoded record."""
        self.seen = None
        for name, value in event.scalars:
            tag = self.tags[name]
            if self.last < 0 or event.step != self._steps[-1] or tag.row == self.last:
                self.step_bytes = None
                self._begin(event.step, event.wall_time)
            tag.row = self.last
            tag.decoded_rows.append(self.last)
            tag.decoded.append(value)

    def _begin(self, step: int, time: float) -> None:
        self.last += 1
        self._steps.append(step)
        self._times.append(time)

    def steps(self) -> Floats:
        """Return the rows' steps, [rows]."""
        return np.array(self._steps, dtype=np.float64)

    def times(self) -> Floats:
        """Return the time of each row's first record, [rows], seconds since 1970."""
        return np.array(self._times, dtype=np.float64)

    def numbers(self) -> dict[str, tuple[Floats, Mask]]:
        """Return each tag's cells, (values, logged), [rows] each."""
        return {name.decode("utf-8", errors="replace"): self._column(cells) for name, cells in self.tags.items()}

    def _column(self, cells: TagCells) -> tuple[Floats, Mask]:
        values, logged = np.full(self.count, np.nan), np.zeros(self.count, dtype=np.bool_)
        if cells.rows:
            places = np.array(cells.places)[:, None] + np.arange(VALUE_BYTES)
            values[cells.rows] = self._raw[places].view("<f4")[:, 0]
            logged[cells.rows] = True
        values[cells.decoded_rows] = cells.decoded
        logged[cells.decoded_rows] = True
        return values, logged


def _step(field: bytes) -> int:
    """Return the step that a field's bytes are, its number before it; no bytes are step 0."""
    step = 0
    for place, byte in enumerate(field[1:]):
        step |= (byte & 0x7F) << 7 * place
    return step - (1 << 64) if step >= 1 << 63 else step
