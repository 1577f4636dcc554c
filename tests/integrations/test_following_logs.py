"""The logs of other libraries are followed while these write them: rows come as they are logged, each once, as they are."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.integrations.following import Onlooker, values
from tests.integrations.library_logs import descend, hugging_face, keras, lightning, logged_by, printed_to, summary_writer
from tests.waiting import wait_until, watched
from trainmon.analysis import analyse
from trainmon.runs.library import Library

pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours

PADDED, PLAIN = "{:>23}", "{}"  # Ultralytics' older and newer cells


def test_the_states_that_a_trainer_saves(tmp_path: Path) -> None:
    onlooker = Onlooker(tmp_path)
    training = hugging_face(tmp_path / "out", on_save=onlooker.look)
    training.train()
    training.save_state()
    run = onlooker.check("hf_trainer_state", looks=6)
    for name in ("loss", "grad_norm", "learning_rate", "eval_loss"):
        assert values(run, name) == logged_by(training, name)
    assert onlooker.states == ["running", "finished"]
    assert (run.plan.total_steps, onlooker.seen[0].progress.fraction) == (12, 2 / 12)
    assert onlooker.seen[4].eta is not None
    assert [saved.step for saved in run.checkpoints] == [2, 4, 6, 8, 10, 12]


def test_what_a_trainer_logs_for_tensorboard_between_its_states(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    onlooker = Onlooker(tmp_path)
    training = hugging_face(tmp_path / "out", on_log=onlooker.look, save_steps=6, report_to=["tensorboard"])
    training.train()
    onlooker.look()
    counts = [seen.run.rows.count for seen in onlooker.seen]
    run = onlooker.seen[-1].run
    assert (sorted(set(counts)), counts) == ([*range(1, 16)], sorted(counts))
    assert {(seen.run.id, seen.run.format, seen.run.problems) for seen in onlooker.seen} == {(run.id, "hf_trainer_state", ())}
    assert values(run, "loss") == logged_by(training, "loss")  # the states have them in full precision
    assert np.isfinite(run.rows.time).all()
    assert (run.config["learning_rate"], onlooker.states) == (1e-2, ["running", "finished"])


def test_what_a_trainer_prints(tmp_path: Path) -> None:
    onlooker = Onlooker(tmp_path)
    training = hugging_face(tmp_path / "out", on_log=onlooker.look, save_strategy="no", disable_tqdm=False)
    with printed_to(tmp_path / "train.log"):
        training.train()
    run = onlooker.check("text_log", looks=8)
    assert values(run, "loss") == pytest.approx(logged_by(training, "loss"), rel=1e-3)
    assert values(run, "eval_loss") == pytest.approx(logged_by(training, "eval_loss"), rel=1e-3)
    assert onlooker.states == ["running"]


def test_lightnings_csv_logger(tmp_path: Path) -> None:
    loggers = pytest.importorskip("lightning.pytorch.loggers", exc_type=ImportError)
    onlooker = Onlooker(tmp_path)
    lightning(onlooker.look, loggers.CSVLogger(tmp_path, flush_logs_every_n_steps=1))
    run = onlooker.check("lightning_csv", looks=8)
    assert run.path.relative_to(tmp_path.resolve()) == Path("lightning_logs/version_0")
    with (run.path / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for name in ("train_loss_step", "train_loss_epoch", "val_loss", "step"):
        assert values(run, name) == [float(row[name]) for row in rows if row[name]]
    assert (run.config["max_epochs"], run.plan.total_epochs, onlooker.states) == (3, 3, ["running", "finished"])
    assert onlooker.seen[-2].eta is not None


def test_lightnings_tensorboard_logger(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    loggers = pytest.importorskip("lightning.pytorch.loggers", exc_type=ImportError)
    onlooker = Onlooker(tmp_path)
    lightning(onlooker.look, loggers.TensorBoardLogger(tmp_path))
    run = onlooker.check("tensorboard", looks=8)
    assert (run.config["max_epochs"], onlooker.states) == (3, ["running", "finished"])
    assert len(values(run, "train_loss_step")) == 12
    assert len(values(run, "val_loss")) == 3


def test_keras_csv_logger_while_the_folder_is_watched(tmp_path: Path) -> None:
    from tests.integrations.test_keras import keras as library

    callbacks = library.callbacks
    with watched(Library([tmp_path])) as library:

        def wait(epoch: int, _: Any) -> None:
            wait_until(lambda: [run.rows.count for run in library.runs()] == [epoch + 1])

        history = keras(callbacks=(callbacks.CSVLogger(tmp_path / "training.log"), callbacks.LambdaCallback(on_epoch_end=wait)))
        (run,) = library.runs()
    assert (run.format, run.problems, run.observation.grew_at is not None) == ("keras_csv", (), True)
    assert {name: values(run, name) for name in history} == history
    assert values(run, "epoch") == [0, 1, 2, 3, 4]


def test_keras_progress_bar(tmp_path: Path) -> None:
    from tests.integrations.test_keras import keras as library

    callbacks = library.callbacks
    onlooker = Onlooker(tmp_path)
    with printed_to(tmp_path / "nohup.out"):
        history = keras(callbacks=(callbacks.LambdaCallback(on_epoch_begin=onlooker.look),), verbose=1)
    run = onlooker.check("text_log")
    for name in ("loss", "mae", "val_loss", "val_mae"):
        assert values(run, name) == pytest.approx(history[name], rel=1e-2)
    assert (values(run, "epoch"), run.plan.total_epochs, onlooker.states) == ([1, 2, 3, 4, 5], 5, ["running", "finished"])


def test_torchs_summary_writer(tmp_path: Path) -> None:
    onlooker = Onlooker(tmp_path)
    writer = summary_writer(tmp_path / "run")
    writer.add_text("config", '{"num_steps": 8}')
    losses = descend(writer, range(8), onlooker.look)
    writer.close()
    run = onlooker.check("tensorboard", looks=8)
    assert values(run, "loss/train") == losses
    assert (onlooker.states, run.plan.total_steps) == (["running", "finished"], 8)
    assert onlooker.seen[-2].eta is not None


def test_folders_of_training_and_validation_as_keras_fills_them(tmp_path: Path) -> None:
    onlooker = Onlooker(tmp_path)
    train = summary_writer(tmp_path / "logs" / "train", filename_suffix=".v2")  # as TensorFlow ends their names
    evaluation = None
    for epoch in range(4):
        descend(train, [epoch], lambda: None, "epoch_loss")
        evaluation = evaluation or summary_writer(tmp_path / "logs" / "validation", filename_suffix=".v2")
        descend(evaluation, [epoch], onlooker.look, "epoch_loss")
    run = onlooker.check("tensorboard", looks=4)
    assert [len(values(run, f"{part}/epoch_loss")) for part in ("train", "validation")] == [4, 4]
    assert onlooker.states == ["running"]
    train.close()
    evaluation.close()


@pytest.mark.parametrize("cell", [PLAIN, PADDED])
def test_results_of_ultralytics_while_the_folder_is_watched(tmp_path: Path, cell: str) -> None:
    names = ["epoch", "time", "train/box_loss", "metrics/mAP50(B)", "val/box_loss", "lr/pg0"]
    folder = tmp_path / "runs" / "detect" / "train"
    with watched(Library([tmp_path])) as library:
        folder.mkdir(parents=True)
        (folder / "args.yaml").write_text("task: detect\nepochs: 6\n")
        for epoch in range(1, 7):
            header = "" if (folder / "results.csv").exists() else ",".join(map(cell.format, names)) + "\n"
            with (folder / "results.csv").open("a") as file:  # it is opened anew for every epoch
                row = (epoch, 10.0 * epoch, 1 / epoch, 0.1 * epoch, 1.1 / epoch, 0.01)
                file.write(header + ",".join(cell.format(f"{value:.6g}") for value in row) + "\n")
            wait_until(lambda: [run.rows.count for run in library.runs()] == [epoch])  # noqa: B023
            analysis = analyse(library.runs()[0], now=time.time())
            assert (analysis.state.word, analysis.progress.fraction) == ("running" if epoch < 6 else "finished", epoch / 6)
            assert (analysis.eta is not None) == (epoch == 5)
        (run,) = library.runs()
    assert (run.format, run.path, run.problems) == ("yolo_results_csv", folder.resolve(), ())
    assert values(run, "train/box_loss") == pytest.approx([1 / epoch for epoch in range(1, 7)], rel=1e-5)
