"""How far a training is, by the ways in which trainings number their epochs and steps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.logs import epoch_row, run_of, train
from tests.tool_logs import keras_log, lightning_log, rows_log, write_table, yolo_log
from trainmon import MetricsTracker, open_run
from trainmon.analysis import analyse
from trainmon.analysis.progress import Progress
from trainmon.runs.run import Observation
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


@pytest.mark.filterwarnings("error")
def test_an_epoch_that_comes_twice_while_no_step_is_told_has_no_length(tmp_path: Path) -> None:
    lines = ["2,899,43.99", "4,,39.64", "2,,43.6", "4,,35.78"]
    log = write_table(tmp_path / "metrics.csv", "epoch,step,train_loss_step", lines)
    assert analyse(open_run(log), now=0.0).progress.epoch_count == 5


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


def test_epochs_that_are_counted_alone_are_the_progress_on_a_plan_in_epochs(tmp_path: Path) -> None:
    progress = analyse(open_run(yolo_log(tmp_path, 5, planned=20)), now=0.0).progress
    assert (progress.fraction, progress.epoch_count, progress.total_epochs, progress.step) == (0.25, 5, 20, None)
    assert progress.source == "configuration: epochs"


def test_every_fifth_epoch_logged_is_five_epochs_done(tmp_path: Path) -> None:
    table = write_table(tmp_path / "loss.csv", "epoch,loss", [f"{epoch},{2 - epoch / 50}" for epoch in (5, 10, 15, 20)])
    (tmp_path / "trainmon.toml").write_text("[plan]\nepochs = 40\n")
    assert analyse(open_run(table), now=0.0).progress.fraction == pytest.approx(21 / 40)


def test_a_plan_in_steps_says_nothing_to_a_log_of_epochs_or_rows(tmp_path: Path) -> None:
    (tmp_path / "trainmon.toml").write_text("[plan]\nsteps = 100\n")
    epochs = analyse(open_run(keras_log(tmp_path / "keras.csv")), now=0.0).progress
    assert epochs.fraction is None
    assert "is in steps, and this log counts epochs: write [plan] with epochs" in epochs.why_unknown
    rows = analyse(open_run(rows_log(tmp_path / "rows.csv", 50)), now=0.0).progress
    assert (rows.fraction, rows.total_steps) == (0.49, 100)  # said of this very log, it can only mean its rows


def test_the_plan_of_lightning_is_in_its_hyperparameters(tmp_path: Path) -> None:
    progress = analyse(open_run(lightning_log(tmp_path, 2, 50, planned=5)), now=0.0).progress
    assert (progress.total_epochs, progress.total_steps, progress.fraction) == (5, 250, pytest.approx(0.396))


def test_the_end_of_a_log_of_epochs_is_told_by_its_seconds(tmp_path: Path) -> None:
    run = open_run(yolo_log(tmp_path, 8, planned=20, seconds=30.0))
    seen = replace(run, observation=Observation(growths=((1000.0, 8),)))
    left = analyse(seen, now=1010.0).eta
    assert left is not None
    assert left.seconds == pytest.approx(12 * 30 - 10)


def test_the_end_of_a_log_without_times_is_told_by_when_its_rows_were_seen_to_come(tmp_path: Path) -> None:
    run = open_run(lightning_log(tmp_path, 2, 50, planned=5))
    grown = tuple((1000.0 + 10 * at, 62 + 10 * at) for at in range(5))
    left = analyse(replace(run, observation=Observation(growths=grown)), now=1040.0).eta
    assert left is not None
    assert left.seconds == pytest.approx(250 - 99, abs=10)
