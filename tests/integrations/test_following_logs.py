"""The logs of other libraries are followed while these write them: rows come as they are logged, each once, as they are."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.following import Onlooker, values, watched
from tests.waiting import wait_until

pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours

PADDED, PLAIN = "{:>23}", "{}"  # Ultralytics' older and newer cells


@contextlib.contextmanager
def printed_to(path: Path) -> Iterator[None]:
    """Print into a file, both streams, as under `python train.py > FILE 2>&1`."""
    with (
        path.open("w", buffering=1, encoding="utf-8") as file,
        contextlib.redirect_stdout(file),
        contextlib.redirect_stderr(file),
    ):
        yield


def hugging_face(directory: Path, *, on_log: Callable[..., None] | None = None, on_save: Callable[..., None] | None = None,
                 **settings: Any) -> Any:  # fmt: skip
    """Return a Trainer of twelve steps that calls these after each log and each checkpoint."""
    from tests.integrations.test_huggingface import sequences, tiny_model, transformers

    class Calls(transformers.TrainerCallback):  # type: ignore[misc]
        def on_log(self, *_: Any, **__: Any) -> None:
            if on_log:
                on_log()

        def on_save(self, *_: Any, **__: Any) -> None:
            if on_save:
                on_save()

    usual = {
        "num_train_epochs": 1, "per_device_train_batch_size": 4, "learning_rate": 1e-2, "logging_steps": 1,
        "eval_strategy": "steps", "eval_steps": 4, "save_steps": 2, "report_to": [], "disable_tqdm": True, "use_cpu": True,
    }  # fmt: skip
    arguments = transformers.TrainingArguments(output_dir=str(directory), **{**usual, **settings})
    return transformers.Trainer(
        model=tiny_model(), args=arguments, train_dataset=sequences(), eval_dataset=sequences(4), callbacks=[Calls()]
    )


def logged_by(training: Any, name: str) -> list[float]:
    return [entry[name] for entry in training.state.log_history if name in entry]


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


def test_what_a_trainer_prints(tmp_path: Path) -> None:
    onlooker = Onlooker(tmp_path)
    training = hugging_face(tmp_path / "out", on_log=onlooker.look, save_strategy="no", disable_tqdm=False)
    with printed_to(tmp_path / "train.log"):
        training.train()
    run = onlooker.check("text_log", looks=8)
    assert values(run, "loss") == pytest.approx(logged_by(training, "loss"), rel=1e-3)
    assert values(run, "eval_loss") == pytest.approx(logged_by(training, "eval_loss"), rel=1e-3)
    assert onlooker.states == ["running"]


def lightning(onlooker: Onlooker, logger: Any) -> None:
    """Train three epochs of eight steps, every second of them logged, and look after each."""
    from tests.integrations.test_lightning import Line, batches
    from tests.integrations.test_lightning import lightning as library

    class Planned(Line):  # type: ignore[misc]
        def __init__(self, max_epochs: int = 3) -> None:
            super().__init__()
            self.save_hyperparameters()

    library.Trainer(
        logger=logger, max_epochs=3, log_every_n_steps=2, accelerator="cpu", enable_progress_bar=False,
        callbacks=[library.callbacks.LambdaCallback(on_train_batch_end=onlooker.look)],
        enable_model_summary=False, limit_train_batches=8, limit_val_batches=1, enable_checkpointing=False,
    ).fit(Planned(), batches(), batches())  # fmt: skip


def test_lightnings_csv_logger(tmp_path: Path) -> None:
    loggers = pytest.importorskip("lightning.pytorch.loggers", exc_type=ImportError)
    onlooker = Onlooker(tmp_path)
    lightning(onlooker, loggers.CSVLogger(tmp_path, flush_logs_every_n_steps=1))
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
    lightning(onlooker, loggers.TensorBoardLogger(tmp_path))
    run = onlooker.check("tensorboard", looks=8)
    assert (run.config["max_epochs"], onlooker.states) == (3, ["running", "finished"])
    assert len(values(run, "train_loss_step")) == 12
    assert len(values(run, "val_loss")) == 3


def keras(epochs: int = 5, callbacks: tuple[Any, ...] = (), **settings: Any) -> dict[str, list[float]]:
    """Train a tiny model with a validation, and return Keras' own history."""
    from tests.integrations.test_keras import model, np

    inputs = np.random.default_rng(0).normal(size=(16, 3)).astype("float32")
    data = (inputs, inputs.sum(1, keepdims=True))
    usual = {"validation_data": data, "batch_size": 4, "verbose": 0}
    history: dict[str, list[float]] = model().fit(*data, epochs=epochs, callbacks=callbacks, **{**usual, **settings}).history
    return history


def test_keras_csv_logger_while_the_folder_is_watched(tmp_path: Path) -> None:
    from tests.integrations.test_keras import keras as library

    callbacks = library.callbacks
    with watched(tmp_path) as library:

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
