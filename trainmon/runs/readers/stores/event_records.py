"""TensorBoard's records as rows: those of one step that follow each other are one row, and nearly all need no decoding.

A record with one scalar is the same bytes again and again but for its time, its step and its value. What a tag's first
record is decoded to tells where the value stands; the others are recognised by the bytes around it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from trainmon import wording
from trainmon.files.record_frames import FOOTER_BYTES, HEADER_BYTES, Lengths, is_whole
from trainmon.files.text_file import LFS_ADVICE, LFS_POINTER
from trainmon.runs.readers.problem_list import ProblemList
from trainmon.runs.readers.stores.event_messages import EventDecoder
from trainmon.runs.readers.stores.event_rows import EventRows
from trainmon.runs.readers.stores.event_stretches import VALUE_BYTES, Seen
from trainmon.runs.run import Problem

MAX_PROBLEMS = 20
LONGEST_LAYOUT, MOST_LAYOUTS, MOST_TAILS, MOST_TRIES = 4_096, 20_000, 8, 100_000
# Where many tags share few rows, a block of them grows large: every so many records it is looked at.
LOOKED_AT, MOST_CELLS = 1_024, 1_000_000
WORTH, MOST_WAITS = 100, 63  # records, rows
_WALL_TIME, _STEP = 0x09, 0x10  # the first bytes of these two fields, which writers put before all others
_AFTER_TIME = 9
_OTHER_VALUE = 1.5
_LARGEST = 3.4e38  # what is above does not fit the four bytes of a value


class EventRecords:
    """Takes the records of one event file and hands its rows on to `add`, block by block, with how many bytes they were.

    `entries` counts the records, whatever they hold. A record that is damaged inside its frame costs that record; where a
    frame itself is damaged, nothing behind it can be told apart, and reading waits there.
    """

    def __init__(self, file_name: str, add: Callable[[EventRows, int], None]) -> None:
        self._file_name = file_name
        self._add = add
        self.begun = 0  # how often the file was read from its beginning
        self._forget()

    def restart(self, size: int) -> None:
        """Forget everything: the file is another one than before."""
        self.begun += 1
        self._forget()

    def _forget(self) -> None:
        self.entries = 0
        self.settings: dict[str, Any] = {}
        self._problems = ProblemList(self._file_name, MAX_PROBLEMS, "more records are damaged")
        self._broken: Problem | None = None
        self.needed = 0
        self._lengths = Lengths()
        self._decoder = EventDecoder()
        # What a value stands between, by the number of bytes behind it: the bytes before -> the tag, the bytes behind.
        self._layouts: dict[int, dict[bytes, tuple[bytes, bytes]]] = {}
        self._layout_count = 0
        self._tries = 0
        self._patience = self._waits = 0

    def problems(self) -> list[Problem]:
        """Return what is wrong with the file, the first of many in full."""
        return [*self._problems.all(), *([self._broken] if self._broken else [])]

    def records(self, data: bytes, offset: int) -> int:
        """Take the whole records at the beginning of `data`, and return how many of its bytes they are."""
        rows, at, done, size, lengths = EventRows(data), 0, 0, len(data), self._lengths
        self._broken, self.needed, look = None, 0, self.entries + LOOKED_AT
        while size - at >= HEADER_BYTES:
            start = at + HEADER_BYTES
            length = lengths[data[at:start]]
            if length < 0:
                self._broken = Problem(self._file_name, None, self._breakage(data, at, offset))
                break
            end = start + length
            if end + FOOTER_BYTES > size:
                self.needed = end + FOOTER_BYTES - at
                break
            behind = self._recognise(rows, data, start, end) if length > _AFTER_TIME and data[start] == _WALL_TIME else 0
            if not behind:
                self._decode(rows, data, start, end, offset)
            at = behind or end + FOOTER_BYTES
            if self.entries >= look:
                look = self.entries + LOOKED_AT
                if rows.count * len(rows.tags) > MOST_CELLS:
                    self._add(rows, at - done)
                    rows, done = EventRows(data), at
        if rows.count:
            self._add(rows, at - done)
        return at

    def _recognise(self, rows: EventRows, data: bytes, start: int, end: int) -> int:
        """Take a record whose layout is known, and those that repeat the row above it; return the place behind, 0 = not known."""
        mark = _after_step(data, start, end)
        for tail, layouts in self._layouts.items():
            place = end - tail - VALUE_BYTES
            found = layouts.get(data[mark:place]) if place > mark else None
            if found is not None and found[1] == data[place + VALUE_BYTES : end]:
                tag, step = rows.tags[found[0]], data[start + _AFTER_TIME : mark]
                if tag.row == rows.last or step != rows.step_bytes:
                    behind = self._repeat(rows, start - HEADER_BYTES)
                    if behind:
                        return behind
                    rows.go_to(step, start + 1, again=tag.row == rows.last)
                tag.row = rows.last
                tag.rows.append(rows.last)
                tag.places.append(place)
                if rows.seen is not None:
                    rows.seen.append(Seen(start - HEADER_BYTES, start + _AFTER_TIME, mark, place, found[0]))
                self.entries += 1
                return end + FOOTER_BYTES
        return 0

    def _repeat(self, rows: EventRows, at: int) -> int:
        """Take the rows from `at` on that repeat the newest one; return the place behind them, 0 where there are none."""
        if not rows.seen or self._patience > 0:
            self._patience -= 1
            return 0
        size, records = at - rows.seen[0].frame, len(rows.seen)
        count = rows.repeat(at)
        # A trial costs as much as some dozens of records: where it seldom finds as many, it is seldom made.
        self._waits = 0 if count * records >= WORTH else min(2 * self._waits + 1, MOST_WAITS)
        self._patience = self._waits
        self.entries += count * records
        return at + count * size if count else 0

    def _decode(self, rows: EventRows, data: bytes, start: int, end: int, offset: int) -> None:
        payload = data[start:end]
        rows.seen = None
        self.entries += 1
        try:
            event = self._decoder.decode(payload)
        except ValueError as error:
            whole = is_whole(payload, data[end : end + FOOTER_BYTES])
            self._complain(f"{error}" if whole else "is damaged (its checksum is wrong)", offset + start - HEADER_BYTES)
            return
        rows.add(event)
        self.settings.update(event.settings)
        if len(event.scalars) == 1 and payload[0] == _WALL_TIME and len(payload) <= LONGEST_LAYOUT:
            self._learn(payload, *event.scalars[0])

    def _learn(self, payload: bytes, name: bytes, value: float) -> None:
        """Remember where the value of a record stands: where other bytes make another value, and nothing else."""
        if self._layout_count >= MOST_LAYOUTS or not abs(value) < _LARGEST:
            return
        mark = _after_step(payload, 0, len(payload))
        packed, other = struct.pack("<f", value), struct.pack("<f", _OTHER_VALUE)
        place = payload.find(packed, mark)
        while place >= 0 and self._tries < MOST_TRIES:
            self._tries += 1
            before, behind = payload[:place], payload[place + VALUE_BYTES :]
            known = len(behind) in self._layouts or len(self._layouts) < MOST_TAILS
            if known and self._says(before + other + behind, name, _OTHER_VALUE):
                self._layouts.setdefault(len(behind), {})[before[mark:]] = name, behind
                self._layout_count += 1
                return
            place = payload.find(packed, place + 1)

    def _says(self, payload: bytes, name: bytes, value: float) -> bool:
        try:
            return self._decoder.decode(payload).scalars == [(name, value)]
        except ValueError:
            return False

    def _complain(self, reason: str, at: int) -> None:
        where = f"record {wording.count(self.entries)} (at byte {wording.count(at)})"
        self._problems.add(None, f"{where} {reason}; it is left out")

    def _breakage(self, data: bytes, at: int, offset: int) -> str:
        if not self.entries:
            return LFS_ADVICE if data.startswith(LFS_POINTER) else "is no event file: what it begins with is no record"
        where = f"record {wording.count(self.entries + 1)} (at byte {wording.count(offset + at)})"
        return f"{where} has a damaged length, so that nothing behind it can be read"


def _after_step(data: bytes, start: int, end: int) -> int:
    """Return the place behind the time and the step of the record that begins at `start`."""
    mark = start + _AFTER_TIME
    if data[mark] == _STEP:
        mark += 2
        while data[mark - 1] > 0x7F and mark < end:
            mark += 1
    return mark
