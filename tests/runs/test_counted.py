"""What a log counts: steps, epochs alone, or nothing but its rows."""

from __future__ import annotations

from pathlib import Path

from tests.logs import epoch_row, run_of, train
from tests.tool_logs import keras_log, lightning_log, rows_log, write_table, yolo_log
from trainmon import open_run
from trainmon.analysis import analyse


def test_steps_epochs_or_rows_are_counted(tmp_path: Path) -> None:
    assert open_run(lightning_log(tmp_path / "lightning")).rows.counted == "step"
    assert open_run(keras_log(tmp_path / "keras.csv")).rows.counted == "epoch"
    assert open_run(yolo_log(tmp_path / "yolo")).rows.counted == "epoch"
    assert open_run(rows_log(tmp_path / "rows.csv")).rows.counted == "row"


def test_rows_are_counted_beside_a_column_that_is_called_row(tmp_path: Path) -> None:
    table = write_table(tmp_path / "loss.csv", "row,loss", ["7,1.0", "7,0.9", "7,0.8"])
    run = open_run(table)
    assert (run.rows.counted, run.rows.roles["step"]) == ("row", "row (counted)")


def test_a_training_of_ours_that_logs_epochs_alone_counts_these(tmp_path: Path) -> None:
    both = run_of(tmp_path / "both", [train(0, step) for step in range(3)] + [epoch_row(0)])
    epochs = run_of(tmp_path / "epochs", [epoch_row(epoch, 2 - epoch / 4) for epoch in range(4)])
    assert (both.rows.counted, epochs.rows.counted) == ("step", "epoch")
    best = analyse(epochs, now=0.0).train
    assert best is not None
    assert best.at_best == "at epoch 3"


def test_a_training_of_epochs_alone_after_one_of_steps_counts_epochs(tmp_path: Path) -> None:
    first = [train(0, step, at=step + 1, elapsed=step + 1) for step in range(5)] + [epoch_row(0, at=6, elapsed=6)]
    second = [epoch_row(epoch, 2 - epoch / 4, at=1_000 + epoch, elapsed=1 + epoch) for epoch in range(4)]
    newest = analyse(run_of(tmp_path, first + second), now=0.0, which="newest")
    assert newest.progress.counted == "epoch"
    assert newest.best is not None
    assert newest.best.place == "epoch 3"


def test_a_log_without_rows_counts_steps(tmp_path: Path) -> None:
    assert run_of(tmp_path, []).rows.counted == "step"
