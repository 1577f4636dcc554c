"""Where the loss goes in its newest rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.logs import run_of, train
from trainmon.analysis import analyse
from trainmon.analysis.recent import Recent, recent


def seen(folder: Path, losses: list[object]) -> Recent:
    stretch = analyse(run_of(folder, [train(0, step, loss) for step, loss in enumerate(losses)]), now=0.0).stretch
    assert stretch is not None
    assert recent(stretch) is recent(stretch)
    return recent(stretch)


def test_the_change_is_that_of_the_means_of_fifty_rows(tmp_path: Path) -> None:
    found = seen(tmp_path, [*[9.0] * 100, *[2.0, 4.0] * 25, *[1.0, 2.0] * 25])
    assert (found.change, found.rows) == (pytest.approx(1.5 - 3.0), 50)


def test_of_a_short_run_it_is_that_of_its_halves(tmp_path: Path) -> None:
    found = seen(tmp_path, [*[2.0] * 5, *[3.0] * 5])
    assert (found.change, found.rows) == (1.0, 5)


def test_a_few_rows_say_nothing(tmp_path: Path) -> None:
    assert seen(tmp_path, [3.0, 2.0, 1.0]) == Recent()


def test_values_at_the_end_that_are_no_numbers_are_counted_from_their_first_step(tmp_path: Path) -> None:
    found = seen(tmp_path, [3.0, "nan", 2.0, "inf", "nan"])
    assert (found.not_finite, found.since) == (2, 3)
    assert seen(tmp_path, ["nan", "nan"]) == Recent(None, 0, 2, 0)
