"""The callback in a real Keras fit on a CPU, beside Keras's own history."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.integrations.following import Follower, attempts, column, logged
from trainmon.errors import UsageError
from trainmon.runs.opening import open_run

pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours


def model() -> Any:
    keras.utils.set_random_seed(0)
    made = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1)])
    made.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse", metrics=["mae"])
    return made


def fit(directory: Path, epochs: int = 4, callbacks: tuple[Any, ...] = (), **settings: Any) -> Any:
    from trainmon.integrations.keras import TrainmonCallback

    every = settings.pop("every", None)
    inputs = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
    data = (inputs, inputs.sum(1, keepdims=True))
    logging = TrainmonCallback(directory, every=every)
    usual = {"validation_data": data, "batch_size": 4, "verbose": 0}
    return model().fit(*data, epochs=epochs, callbacks=[logging, *callbacks], **{**usual, **settings})


def test_a_training_is_followed_live_and_equals_keras_history(tmp_path: Path) -> None:
    run = tmp_path / "run"
    follower = Follower(tmp_path)
    history = fit(run, callbacks=(keras.callbacks.LambdaCallback(on_epoch_end=follower.look),)).history
    follower.check(run)
    for ours, theirs in {"loss": "loss", "val_loss": "val_loss", "mae": "mae", "val_mae": "val_mae"}.items():
        assert column(run, ours, "epoch") == history[theirs]
    assert column(run, "learning_rate") == pytest.approx([0.05] * 4)
    assert column(run, "epoch") == [0, 1, 2, 3]
    assert attempts(run) == [(1, False, "finished")]


def test_plan_and_configuration_are_known(tmp_path: Path) -> None:
    fit(tmp_path)
    run = open_run(tmp_path)
    assert (run.plan.total_steps, run.plan.total_epochs) == (None, 4)
    assert (run.config["optimizer"]["name"], run.config["parameters"]) == ("SGD", 4)


def test_every_nth_batch_is_logged_where_asked_for(tmp_path: Path) -> None:
    history = fit(tmp_path, 2, every=4).history
    assert column(tmp_path, "step", "train") == [4, 8, 12, 16] * 2
    assert column(tmp_path, "loss", "train")[3::4] == history["loss"]  # the progress bar's mean, complete at the last batch
    assert len(logged(tmp_path, "epoch")) == 2
    run = open_run(tmp_path)
    assert run.plan.total_steps == 32
    assert run.global_step[run.rows.phase == 0].tolist() == [4, 8, 12, 16, 20, 24, 28, 32]


def test_where_keras_tells_of_several_batches_at_once_none_that_is_due_is_missed(tmp_path: Path) -> None:
    from trainmon.integrations.keras import TrainmonCallback

    logging = TrainmonCallback(tmp_path, every=4)
    logging.set_model(model())
    logging.set_params({"epochs": 1, "steps": 12})
    logging.on_train_begin()
    logging.on_epoch_begin(0)
    for batch in (2, 5, 8, 11):  # as with steps_per_execution=3, which Keras has on JAX and TensorFlow alone
        logging.on_train_batch_end(batch, {"loss": 1 / (1 + batch)})
    assert column(tmp_path, "step", "train") == [6, 9, 12]
    logging.on_train_end()


def test_resumed_at_a_later_epoch_it_is_a_second_attempt_of_one_chain(tmp_path: Path) -> None:
    fit(tmp_path, 2)
    fit(tmp_path, 4, initial_epoch=2)
    assert attempts(tmp_path) == [(1, False, "finished"), (1, True, "finished")]
    assert column(tmp_path, "epoch") == [0, 1, 2, 3]


def test_resumed_by_keras_own_backup_it_is_a_second_attempt_of_one_chain(tmp_path: Path) -> None:
    class Stop(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == 2:
                raise KeyboardInterrupt

    backup = str(tmp_path / "backup")
    with pytest.raises(KeyboardInterrupt):
        fit(tmp_path / "run", callbacks=(keras.callbacks.BackupAndRestore(backup), Stop()))
    fit(tmp_path / "run", callbacks=(keras.callbacks.BackupAndRestore(backup),))
    assert [(chain, resumed) for chain, resumed, _ in attempts(tmp_path / "run")] == [(1, False), (1, True)]


def test_every_must_be_a_number_of_batches(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="every must be a number of batches above 0, or None; got 0"):
        fit(tmp_path, every=0)
