"""Stretches of event records in which the same tags come again and again: compared as a whole, not record by record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trainmon.files.record_frames import FOOTER_BYTES, HEADER_BYTES
from trainmon.stats.arrays import Floats, Mask

VALUE_BYTES, TIME_BYTES = 4, 8
_FIRST_LOOK, _LOOK_GROWTH = 8, 8  # rows that are compared at first, and how many times more each time that all are alike
_TIME = HEADER_BYTES + 1  # behind a frame's beginning
_CONTINUED = 0x80  # the bit that says of a step's byte that another one follows

Bytes = npt.NDArray[np.uint8]


class Seen(NamedTuple):
    """Where a recognised record has what: its frame, its step (from the field's first byte on) and its value."""

    frame: int
    step: int
    step_end: int
    value: int
    tag: bytes

    def moved(self, size: int) -> Seen:
        """Return the same record `size` bytes later."""
        return Seen(self.frame + size, self.step + size, self.step_end + size, self.value + size, self.tag)


def repetitions(raw: Bytes, row: Sequence[Seen], end: int) -> int:
    """Return how often a row is repeated right behind its `end`, with the same tags in the same order and one step in each."""
    begin = row[0].frame
    size, base, free = end - begin, raw[begin:end], _free(row, end)
    found, look = 0, _FIRST_LOOK
    while (count := min(look, (len(raw) - end) // size - found)) > 0:
        block = _block(raw, end + found * size, size, count)
        alike = ((block == base) | free).all(axis=1) & _has_one_step(block, base, row)
        if not alike.all():
            return found + int(alike.argmin())
        found, look = found + count, look * _LOOK_GROWTH
    return found


def steps_and_times(raw: Bytes, row: Sequence[Seen], end: int, count: int) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the step of each repetition, and the time of its first record in seconds since 1970."""
    first, begin = row[0], row[0].frame
    block = _block(raw, end, end - begin, count)
    steps = np.zeros(count, dtype=np.uint64)
    for place, column in enumerate(block[:, first.step + 1 - begin : first.step_end - begin].T):
        steps |= (column & ~np.uint8(_CONTINUED)).astype(np.uint64) << np.uint64(7 * place)
    times = np.ascontiguousarray(block[:, _TIME : _TIME + TIME_BYTES]).view("<f8")[:, 0]
    return steps.view(np.int64), times


def _block(raw: Bytes, start: int, size: int, count: int) -> Bytes:
    return raw[start : start + size * count].reshape(count, size)


def _free(row: Sequence[Seen], end: int) -> Mask:
    """Return which bytes of a row may differ: times, steps, values and checksums."""
    begin = row[0].frame
    free = np.zeros(end - begin, dtype=np.bool_)
    for record, behind in zip(row, [*(record.frame for record in row[1:]), end], strict=True):
        time = record.frame + _TIME
        for start, stop in (
            (time, time + TIME_BYTES),
            (record.step + 1, record.step_end),
            (record.value, record.value + VALUE_BYTES),
        ):
            free[start - begin : stop - begin] = True
        free[behind - FOOTER_BYTES - begin : behind - begin] = True
    return free


def _has_one_step(block: Bytes, base: Bytes, row: Sequence[Seen]) -> Mask:
    """Return which rows have the same step in all of their records, of as many bytes as the base's."""
    begin = row[0].frame
    first = slice(row[0].step - begin, row[0].step_end - begin)
    digits = slice(row[0].step + 1 - begin, row[0].step_end - begin)
    found: Mask = ((block[:, digits] & _CONTINUED) == (base[digits] & _CONTINUED)).all(axis=1)
    for record in row[1:]:
        if record.step_end - record.step != first.stop - first.start:
            return np.zeros(len(block), dtype=np.bool_)
        found &= (block[:, record.step - begin : record.step_end - begin] == block[:, first]).all(axis=1)
    return found
