"""How far a training is, by the ways in which trainings number their epochs and steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.logs import epoch_row, run_of, train
from trainmon import MetricsTracker, open_run
from trainmon.analysis import analyse
from trainmon.analysis.progress import Progress
from trainmon.tracking.ending import End


def progress_of(directory: Path, rows: list[str], plan: str = "epochs = 4") -> Progress:
    directory.mkdir(exist_ok=True)
    (directory / "trainmon.toml").write_text(f"[plan]\n{plan}\n")
    return analyse(run_of(directory, rows), now=0.0).progress


def evaluation(epoch: float, step: int) -> str:
    return f",{epoch},{step},eval,,2.0,,,"


def counted(epochs: list[float]) -> list[str]:
    return [train(epoch, step) for step, epoch in enumerate(epochs, start=1)]


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (counted([0.5, 1.0]), 1),  # fractions count what is done: the first epoch has just ended
        (counted([0.5, 1.0, 1.5]), 2),
        (counted([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]), 4),
        ([evaluation(0, 0), *counted([0.5, 1.0, 1.5, 2.0])], 2),
        (counted([0.0, 0.5, 1.0]), 2),  # these say where a step begins
        (counted([0, 0, 1, 1]), 2),
        (counted([1, 2, 3, 4]), 4),
        ([evaluation(0, 0), *counted([1, 2, 3, 4])], 4),
        (counted([2, 4]), 4),  # every second of them logged
        (counted([2, 3]), 4),  # begun from a model of somewhere else: nothing says that these are not counted from 0
        ([train(0.5, 1), train(0.9, 2), epoch_row(0), train(1.5, 3), epoch_row(1)], 2),
    ],
)
def test_epochs_are_counted_from_one(rows: list[str], count: int, tmp_path: Path) -> None:
    assert progress_of(tmp_path, rows).epoch_count == count


def test_fractions_of_epochs_are_the_progress_where_no_steps_are_planned(tmp_path: Path) -> None:
    epochs = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]
    assert [progress_of(tmp_path, counted(epochs[:rows])).fraction for rows in (2, 3, 8)] == [0.25, 0.375, 1.0]


def test_a_plan_of_part_of_an_epoch_is_kept(tmp_path: Path) -> None:
    with MetricsTracker(tmp_path, total_epochs=2.5, total_steps=25) as tracker:
        for step in range(1, 21):
            tracker.log_step(step / 10, step, 1.0)
    progress = analyse(open_run(tmp_path), now=0.0).progress
    assert (progress.epoch_count, progress.total_epochs, progress.fraction) == (2, 2.5, 0.8)


def test_steps_that_count_from_zero_are_through_at_the_last_before_the_plan(tmp_path: Path) -> None:
    rows = [train(0, step) for step in range(50)]
    assert progress_of(tmp_path / "all", rows, "steps = 50").fraction == 1.0
    assert progress_of(tmp_path / "some", rows[:-1], "steps = 50").fraction == 0.96


def test_steps_of_which_the_last_of_each_ten_is_logged_count_from_zero(tmp_path: Path) -> None:
    assert progress_of(tmp_path / "all", [train(0, step) for step in range(9, 50, 10)], "steps = 50").fraction == 1.0
    assert progress_of(tmp_path / "from 1", [train(0, step) for step in range(10, 50, 10)], "steps = 50").fraction == 0.8


def ended(directory: Path, steps: range, total: int, end: End = "finished") -> float | None:
    """Return the fraction done of a training that logged these steps of `total` and ended so."""
    tracker = MetricsTracker(directory, total_steps=total)
    for step in steps:
        tracker.log_step(0, step, 1.0)
    tracker.close(end)
    return analyse(open_run(directory), now=0.0).progress.fraction


def test_a_finished_training_is_through_where_its_next_row_would_lie_beyond_the_plan(tmp_path: Path) -> None:
    assert ended(tmp_path / "from 0", range(0, 100, 10), 100) == 1.0
    assert ended(tmp_path / "from 1", range(20, 60, 20), 50) == 1.0
    assert ended(tmp_path / "from 0, the second is the first row", range(1, 48, 2), 48) == 1.0


def test_a_training_that_ended_early_is_not_through(tmp_path: Path) -> None:
    assert ended(tmp_path / "from 0", range(0, 90, 10), 100) == 0.8
    assert ended(tmp_path / "from 1", range(10, 80, 10), 80) == 0.875
    assert ended(tmp_path / "interrupted", range(20, 60, 20), 50, "interrupted") == 0.8
