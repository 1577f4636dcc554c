"""Where a training starts again, row by row."""

from __future__ import annotations

import math

import pytest

from tests.real_data import COACH, needs_real_logs
from trainmon.files.restart_rule import RestartRule, is_later, is_superseded, row_position
from trainmon.tracking.written_history import read_history

Row = tuple[str, float | None, float | None, float | None, float | None]


def cuts(*rows: Row) -> list[int]:
    """Return the indices at which an attempt begins after the first; rows are (phase, epoch, step, elapsed, time)."""
    rule = RestartRule()
    return [index for index, row in enumerate(rows) if rule.begins(*row)]


def test_lower_epoch_is_a_restart_and_measures_the_epochs_anew() -> None:
    rows: list[Row] = [("train", 0, 1, None, None), ("epoch", 0, None, None, None), ("train", 1, 1, None, None)]
    assert cuts(*rows, ("epoch", 1, None, None, None), *rows) == [4]


def test_lower_step_is_a_restart_unless_both_started_together() -> None:
    assert cuts(("train", 0, 9, None, None), ("train", 0, 3, None, None)) == [1]
    assert cuts(("train", 0, 9, 90, 1090), ("train", 0, 3, 91, 1091)) == []
    assert cuts(("train", 0, 9, 90, 1090), ("train", 0, 3, 1, 2000)) == [1]


def test_later_start_with_a_lower_elapsed_is_a_restart() -> None:
    assert cuts(("train", 0, 9, 90, 1090), ("train", 0, 10, 5, 2000)) == [1]
    assert cuts(("epoch", 0, None, 90, 1090), ("epoch", 0, None, 5, 2000)) == [1]


@pytest.mark.parametrize(
    "rows",
    [
        [("train", 0.1, 1, None, None), ("train", 0.2, 2, None, None)],
        [("train", 0, 1, 1, 1001), ("train", 0, 2, 2, 9000)],  # the laptop slept
        [("train", 0, 1, 0, 1001), ("train", 0, 2, 0, 1002)],
        [("train", 0, 50, None, None), ("eval", 0, 40, None, None), ("train", 1, 0, None, None)],
        [("train", 0, 1, 100, 1100), ("train", 0, 2, 101, 900)],  # the clock was set back
    ],
)
def test_ordinary_rows_are_no_restart(rows: list[Row]) -> None:
    assert cuts(*rows) == []


def test_positions_compare_by_epoch_alone_where_one_has_no_step() -> None:
    assert row_position("epoch", 2, None) == (2, -math.inf)
    assert is_later((0, 5), (0, 1))
    assert not is_later((0, 1), (0, 1))
    assert not is_later((0, 5), (0, -math.inf))
    assert is_later((1, 0), (0, -math.inf))


def test_attempt_supersedes_what_stands_at_or_after_its_first_row() -> None:
    assert [is_superseded("train", 0, step, (0, 5)) for step in (4, 5, 6)] == [False, True, True]
    assert [is_superseded("epoch", epoch, None, (1, 0)) for epoch in (0, 1, 2)] == [False, False, True]
    assert [is_superseded("train", epoch, 3, (1, -math.inf)) for epoch in (0, 1)] == [False, True]


def test_an_evaluation_trains_no_step_again() -> None:
    evaluated = row_position("eval", 0, 5)
    assert [is_superseded("train", 0, step, evaluated) for step in (4, 5, 6)] == [False, False, True]
    assert [is_later(evaluated, (0, step)) for step in (4, 5)] == [True, False]
    assert [is_later((0, step), evaluated) for step in (5, 6)] == [False, True]
    assert not is_later(evaluated, evaluated)


@needs_real_logs
def test_directory_of_the_original_system_has_its_four_trainings() -> None:
    history = read_history(COACH / "training_metrics.csv", {})
    assert (history.rows, history.chains, history.chain_rows, history.judged, history.judged_rows) == (612, 4, 3, 2, 303)
    assert [start.row for start in history.starts] == [609]
    assert history.sums().train.best is None
