"""TensorBoard's records as rows: those of one step that follow each other are one row, and nearly all need no decoding.

A record with one scalar is the same bytes again and again but for its time, its step and its value. What a tag's first
record is decoded to tells where the value stands; the others are recognised by the bytes around it.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from trainmon.files.record_frames import FOOTER_BYTES, HEADER_BYTES, Lengths, is_whole
from trainmon.runs.readers.event_messages import Event, EventDecoder
from trainmon.stats.arrays import Floats

_WALL_TIME, _STEP = 0x09, 0x10  # the first bytes of these two fields, which writers put before all others
_AFTER_TIME = 9
_VALUE_BYTES = 4
_MOST_LAYOUTS = 20_000
_OTHER = struct.pack("<f", 1.5)


class _Tag:
    """The cells of one tag in the rows of a block: by their place in it, and those that had to be decoded."""

    def __init__(self) -> None:
        self.row = -1
        self.rows: list[int] = []
        self.places: list[int] = []
        self.decoded_rows: list[int] = []
        self.decoded: list[float] = []


class _Rows:
    """The rows that a block of records makes: a new one where the step changes, or a tag comes again."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.tags: dict[bytes, _Tag] = {}
        self.step_bytes: bytes | None = None
        self.last = -1
        self._steps: list[int] = []
        self._times: list[float] = []

    def begin(self, step_bytes: bytes, time_place: int) -> None:
        """Begin a row at a record that is not decoded."""
        self.step_bytes = step_bytes
        self._begin(_step(step_bytes), struct.unpack_from("<d", self._data, time_place)[0])

    def _begin(self, step: int, time: float) -> None:
        self.last += 1
        self._steps.append(step)
        self._times.append(time)

    def add(self, event: Event) -> None:
        """Take the scalars of a decoded record."""
        for name, value in event.scalars:
            tag = self.tags.setdefault(name, _Tag())
            if self.last < 0 or event.step != self._steps[-1] or tag.row == self.last:
                self.step_bytes = None
                self._begin(event.step, event.wall_time)
            tag.row = self.last
            tag.decoded_rows.append(self.last)
            tag.decoded.append(value)

    def steps(self) -> Floats:
        return np.array(self._steps, dtype=np.float64)

    def times(self) -> Floats:
        return np.array(self._times, dtype=np.float64)

    def numbers(self) -> dict[str, tuple[Floats, npt.NDArray[np.bool_]]]:
        count = self.last + 1
        raw = np.frombuffer(self._data, np.uint8)
        found = {}
        for name, tag in self.tags.items():
            values, logged = np.full(count, np.nan), np.zeros(count, np.bool_)
            if tag.places:
                at = np.array(tag.places)[:, None] + np.arange(_VALUE_BYTES)
                values[tag.rows] = raw[at].view("<f4")[:, 0]
                logged[tag.rows] = True
            values[tag.decoded_rows] = tag.decoded
            logged[tag.decoded_rows] = True
            found[name.decode("utf-8", errors="replace")] = values, logged
        return found


def _step(field: bytes) -> int:
    """Return the step that a field's bytes hold, with its number before it; no bytes are step 0."""
    step = 0
    for place, byte in enumerate(field[1:]):
        step |= (byte & 0x7F) << 7 * place
    return step - (1 << 64) if step >= 1 << 63 else step


class EventRecords:
    def __init__(self) -> None:
        self.entries = 0
        self._lengths = Lengths()
        self._decoder = EventDecoder()
        # The bytes before a value by the number of bytes that follow it: the tag, and the bytes that follow.
        self._layouts: dict[int, dict[bytes, tuple[bytes, bytes]]] = {}

    def take(self, data: bytes):
        rows = _Rows(data)
        at, size = 0, len(data)
        while size - at >= HEADER_BYTES:
            start = at + HEADER_BYTES
            length = self._lengths[data[at:start]]
            end = start + length
            if length < 0 or end + FOOTER_BYTES > size:
                break
            if not (length > _AFTER_TIME and data[start] == _WALL_TIME and self._recognise(rows, data, start, end)):
                self._decode(rows, data, start, end)
            self.entries += 1
            at = end + FOOTER_BYTES
        return at, rows

    def _recognise(self, rows: _Rows, data: bytes, start: int, end: int) -> bool:
        mark = start + _AFTER_TIME
        if data[mark] == _STEP:
            mark += 2
            while data[mark - 1] > 127 and mark < end:
                mark += 1
        for tail, layouts in self._layouts.items():
            stop = end - tail
            found = layouts.get(data[mark : stop - _VALUE_BYTES])
            if found is not None and found[1] == data[stop:end]:
                tag = rows.tags.get(found[0])
                if tag is None:
                    tag = rows.tags[found[0]] = _Tag()
                step_bytes = data[start + _AFTER_TIME : mark]
                if tag.row == rows.last or step_bytes != rows.step_bytes:
                    rows.begin(step_bytes, start + 1)
                tag.row = rows.last
                tag.rows.append(rows.last)
                tag.places.append(stop - _VALUE_BYTES)
                return True
        return False

    def _decode(self, rows: _Rows, data: bytes, start: int, end: int) -> None:
        payload = data[start:end]
        event = self._decoder.decode(payload)
        rows.add(event)
        if len(event.scalars) == 1:
            self._learn(payload, event)

    def _learn(self, payload: bytes, event: Event) -> None:
        """Remember where the value of a record stands: where other bytes make another value, and nothing else."""
        if payload[0] != _WALL_TIME: return
        mark = _AFTER_TIME
        if payload[mark] == _STEP:
            mark += 2
            while payload[mark - 1] > 127 and mark < len(payload):
                mark += 1
        name, value = event.scalars[0]
        place = payload.find(struct.pack("<f", value), mark)
        while place >= 0:
            other = payload[:place] + _OTHER + payload[place+4:]
            if self._decoder.decode(other).scalars == [(name, 1.5)]:
                self._layouts.setdefault(len(payload) - place - 4, {})[payload[mark:place]] = name, payload[place+4:]
                return
            place = payload.find(struct.pack("<f", value), place + 1)
