"""Rows of event records that repeat the row above them, and what of them may differ."""

from __future__ import annotations

import numpy as np
import pytest

from tests import event_files as write
from trainmon.runs.readers.stores.event_stretches import Seen, repetitions, steps_and_times

FRAME, TIME = 12, 9


def seen(step: int, count: int) -> tuple[list[Seen], int]:
    """Return what is seen of the first row of a file whose rows are the tag "a" once or several times, and where it ends."""
    record, digits = write.training(step, tags=("a",)), len(write.varint(step)) + 1
    step_at = FRAME + TIME
    one = Seen(0, step_at, step_at + digits, len(record) - 8, b"a")
    return [one.moved(at * len(record)) for at in range(count)], count * len(record)


def repeated(data: bytes, step: int, count: int = 1) -> int:
    row, end = seen(step, count)
    return repetitions(np.frombuffer(data, np.uint8), row, end)


@pytest.mark.parametrize("rows", [1, 7, 8, 9, 70, 500])
def test_every_repetition_is_counted(rows: int) -> None:
    assert repeated(write.training(*range(1_000, 1_001 + rows), tags=("a",)), 1_000) == rows


def test_a_row_that_is_not_whole_is_none() -> None:
    assert repeated(write.training(200, 201, 202, tags=("a",))[:-1], 200) == 1


def test_another_tag_ends_a_stretch() -> None:
    assert repeated(write.training(200, 201, tags=("a",)) + write.training(202, tags=("b",)), 200) == 1


def test_a_step_of_more_bytes_ends_a_stretch() -> None:
    assert repeated(write.training(*range(100, 200), tags=("a",)), 100) == 27


def test_the_records_of_a_row_have_one_step() -> None:
    data = write.training(200, 200, 201, 201, 202, 203, 204, 204, tags=("a",))
    assert repeated(data, 200, count=2) == 1


@pytest.mark.parametrize("first", [1, 500, 2**40, -300])
def test_steps_and_times_are_those_of_each_repetition(first: int) -> None:
    steps = [first + at for at in range(20)]
    data = write.training(*steps, tags=("a",))
    row, end = seen(first, 1)
    found, times = steps_and_times(np.frombuffer(data, np.uint8), row, end, 19)
    assert found.tolist() == steps[1:]
    assert times.tolist() == [write.START + step for step in steps[1:]]
