"""What the integrations share, without any of their libraries."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integrations.following import attempts, column, logged
from tests.waiting import PATIENCE
from trainmon import wording
from trainmon.errors import UsageError
from trainmon.integrations.training_log import TrainingLog
from trainmon.runs.opening import open_run


def test_a_wrong_argument_raises_before_the_training_begins() -> None:
    with pytest.raises(UsageError, match="total_steps must be a number above 0 or None; got -1"):
        TrainingLog({"total_steps": -1})


def test_what_the_user_says_wins_over_what_the_library_says(tmp_path: Path) -> None:
    log = TrainingLog({"name": "mine", "total_steps": 7})
    log.begin(tmp_path, {"total_steps": 100, "config": {"a": 1}})
    log.row(0, 1, {"loss": 1.0})
    log.end(samples=4)
    run = open_run(tmp_path)
    assert (run.name, run.plan.total_steps, run.config, run.summary["total_samples_processed"]) == ("mine", 7, {"a": 1}, 4)


def test_before_the_training_begins_nothing_is_written(tmp_path: Path) -> None:
    log = TrainingLog({})
    log.row(0, 1, {"loss": 1.0})
    log.end()
    log.begin(tmp_path / "run", {}, resumed=True)
    assert list(tmp_path.iterdir()) == []


def test_the_time_of_a_resumed_training_includes_that_before(tmp_path: Path) -> None:
    (tmp_path / "training_metrics.csv").write_text(
        "timestamp,epoch,step,phase,loss,val_loss,learning_rate,memory_mb,elapsed_time_s\n"
        "2026-01-01T00:00:00+00:00,0,1,train,2.0,,,,100.0\n"
    )
    log = TrainingLog({})
    log.begin(tmp_path, {}, resumed=True)
    log.row(0, 2, {"loss": 1.0})
    log.end()
    assert 100 <= open_run(tmp_path).summary["total_time_seconds"] < 100 + PATIENCE


def test_an_error_is_the_recorded_end_and_a_later_row_with_close_finishes(tmp_path: Path) -> None:
    log = TrainingLog({})
    log.begin(tmp_path, {}, resumed=False)
    log.row(0, 1, {"loss": 1.0, "memory_mb": 5.0})
    log.end(ValueError("no more\nroom"))
    assert attempts(tmp_path) == [(1, False, "failed")]
    log.row(0, 1, {"val_loss": 1.0})
    log.close()
    assert attempts(tmp_path) == [(1, False, "finished")]
    assert [(row["phase"], row["memory_mb"] == "5.0") for row in logged(tmp_path)] == [("train", True), ("eval", False)]


def test_the_loss_of_a_step_and_of_its_epoch_in_one_call_are_a_row_each(tmp_path: Path) -> None:
    log = TrainingLog({})
    log.begin(tmp_path, {})
    log.row(0, 8, {"train_loss": 2.0, "train_loss_epoch": 2.5, "val_loss": 3.0, "f1": 0.5})
    rows = [(row["phase"], row["step"], row["loss"], row["val_loss"], row["f1"]) for row in logged(tmp_path)]
    assert rows == [("train", "8", "2.0", "3.0", "0.5"), ("epoch", "", "2.5", "", "")]


def test_what_is_not_one_number_is_said_the_first_time_and_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = TrainingLog({})
    log.begin(tmp_path, {})
    for step in range(3):
        log.row(0, step, {"loss": 1.0, "note": "warm-up", "not given": None})
    assert column(tmp_path, "loss") == [1.0, 1.0, 1.0]
    assert log.left_out == {wording.no_number("note"): 3}
    assert caplog.messages == ["trainmon leaves out, here and from now on, 'note', which is not one number"]


def test_what_comes_before_the_training_is_said_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    log = TrainingLog({})
    log.row(0, 0, {"val_loss": 1.0})
    log.row(0, 0, {"val_loss": 1.0})
    assert log.left_out == {wording.OUTSIDE_TRAINING: 2}
    assert len(caplog.messages) == 1
