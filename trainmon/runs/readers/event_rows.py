"""The rows that a block of event records makes: a new one where the step changes, or a tag comes again."""

from __future__ import annotations

import struct
from collections import defaultdict

import numpy as np

from trainmon.runs.readers.event_messages import Event
from trainmon.stats.arrays import Floats, Mask

VALUE_BYTES = 4


class TagCells:
    """The cells of one tag: their rows and where their bytes stand in the block, and those that had to be decoded."""

    def __init__(self) -> None:
        self.row = -1  # the last row with such a cell
        self.rows: list[int] = []
        self.places: list[int] = []
        self.decoded_rows: list[int] = []
        self.decoded: list[float] = []


class EventRows:
    """Rows under construction; `last` is the newest one's number, -1 = none, `step_bytes` its step as the records have it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.tags: defaultdict[bytes, TagCells] = defaultdict(TagCells)
        self.last = -1
        self.step_bytes: bytes | None = None
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
            self._begin(step, struct.unpack_from("<d", self._data, time_place)[0])

    def add(self, event: Event) -> None:
        """Take the scalars of a decoded record."""
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
        raw = np.frombuffer(self._data, np.uint8)
        return {name.decode("utf-8", errors="replace"): self._column(cells, raw) for name, cells in self.tags.items()}

    def _column(self, cells: TagCells, raw: np.ndarray) -> tuple[Floats, Mask]:
        values, logged = np.full(self.count, np.nan), np.zeros(self.count, dtype=np.bool_)
        if cells.rows:
            places = np.array(cells.places)[:, None] + np.arange(VALUE_BYTES)
            values[cells.rows] = raw[places].view("<f4")[:, 0]
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
