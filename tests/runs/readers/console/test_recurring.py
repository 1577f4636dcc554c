"""Which lines without a position are rows."""

from __future__ import annotations

from trainmon.runs.readers.console.recurring import MOST_WAITING, Recurring


def test_rows_wait_until_their_shape_recurs() -> None:
    recurring: Recurring[str, str] = Recurring()
    assert recurring.take("a1", "a", sure=False) == []
    assert recurring.take("b1", "b", sure=False) == []
    assert recurring.take("a2", "a", sure=False) == ["a1"]  # a2 waits behind b1
    assert recurring.take("b2", "b", sure=False) == ["b1", "a2", "b2"]
    assert recurring.take("a3", "a", sure=False) == ["a3"]


def test_a_row_waits_in_vain_once_another_shape_has_come_twice() -> None:
    recurring: Recurring[str, str] = Recurring()
    recurring.take("once", "once", sure=False)
    assert recurring.take("a1", "a", sure=False) == []
    assert recurring.take("a2", "a", sure=False) == ["a1", "a2"]


def test_a_sure_row_does_not_wait_and_drops_those_that_do() -> None:
    recurring: Recurring[str, str] = Recurring()
    recurring.take("once", "once", sure=False)
    assert recurring.take("sure", "sure", sure=True) == ["sure"]


def test_no_more_than_a_few_rows_wait() -> None:
    recurring: Recurring[int, int] = Recurring()
    assert [row for at in range(10 * MOST_WAITING) for row in recurring.take(at, at, sure=False)] == []
    assert len(recurring._waiting) <= MOST_WAITING
