"""What is remembered: answers once a revision, and rows that grow once a row."""

from __future__ import annotations

import numpy as np
import pytest

from trainmon.runs import memo
from trainmon.runs.memo import Growing, Memo
from trainmon.runs.readers.columns import Growable
from trainmon.stats.arrays import Floats


class Log:
    """A buffer that grows as a file's column does: what it hands out is a view of its beginning."""

    def __init__(self, *values: float) -> None:
        self._buffer = Growable(np.dtype(np.float64))
        self.append(*values)

    def append(self, *values: float) -> None:
        self._buffer.append(np.array(values))

    @property
    def values(self) -> Floats:
        view: Floats = self._buffer.view()
        return view


class Doubling:
    """Doubles what is new, and counts the values that it was asked about."""

    def __init__(self, growing: Growing) -> None:
        self.growing, self.asked = growing, 0

    def of(self, values: Floats) -> list[float]:
        def work(start: int, _: Floats) -> Floats:
            self.asked += len(values) - start
            return 2 * values[start:]

        doubled: list[float] = self.growing.array("doubled", (values,), work, np.float64).tolist()
        return doubled


def test_a_question_is_asked_once_of_each_kind_and_subject() -> None:
    memo, asked = Memo(), []
    for subject in ("a", "b", "a"):
        assert memo.once(str, lambda said=subject: asked.append(said) or said.upper(), subject) == subject.upper()
    assert memo.once(int, lambda: 1, "a") == 1
    assert asked == ["a", "b"]


def test_of_rows_that_grow_only_the_new_ones_are_worked_on() -> None:
    log, doubling = Log(1, 2, 3), Doubling(Growing())
    assert doubling.of(log.values) == [2, 4, 6]
    log.append(4)
    assert doubling.of(log.values) == [2, 4, 6, 8]
    assert doubling.asked == 4


def test_another_log_under_the_same_name_begins_anew() -> None:
    doubling = Doubling(Growing())
    doubling.of(Log(1, 2).values)
    assert doubling.of(Log(5, 6, 7).values) == [10, 12, 14]


def test_a_look_at_the_beginning_costs_the_whole_nothing() -> None:
    log, doubling = Log(1, 2, 3), Doubling(Growing())
    doubling.of(log.values)
    assert doubling.of(log.values[1:2]) == [4]
    log.append(4)
    assert doubling.of(log.values) == [2, 4, 6, 8]
    assert doubling.asked == 3 + 1 + 1


def test_what_was_made_of_the_beginning_is_handed_to_who_goes_on() -> None:
    log, growing, beginnings = Log(1, 2), Growing(), []

    def total(known: float | None) -> float:
        beginnings.append(known)
        return float(log.values.sum())

    assert growing.whole("total", log.values, total) == 3
    log.append(3)
    assert growing.whole("total", log.values, total) == 6
    assert beginnings == [None, 3]


def test_values_that_moved_go_on_where_what_was_made_of_them_holds() -> None:
    growing, beginnings = Growing(), []

    def total(known: float | None) -> float:
        beginnings.append(known)
        return 1.0

    for holds in (lambda _: True, lambda made: made == 1.0, lambda made: made != 1.0):
        growing.whole("total", Log(1, 2).values, total, holds)
    assert beginnings == [None, 1.0, None]


def test_whole_chunks_are_asked_once_and_again_where_something_else_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "CHUNK", 2)
    log, growing, asked = Log(1, 2, 3, 4, 5), Growing(), []

    def largest(start: int, stop: int) -> float:
        asked.append((start, stop))
        return float(log.values[start:stop].max())

    assert growing.chunks("largest", (log.values,), largest, "same") == [2, 4, 5]
    log.append(6)
    assert growing.chunks("largest", (log.values,), largest, "same") == [2, 4, 6]
    assert asked == [(0, 2), (2, 4), (4, 5), (4, 6)]
    asked.clear()
    growing.chunks("largest", (log.values,), largest, "other")
    assert asked == [(0, 2), (2, 4), (4, 6)]
