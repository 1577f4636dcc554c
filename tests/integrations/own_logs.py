"""Small trainings in many settings: each logs into a directory of ours, and returns what its library's own log has."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Log = dict[str, list[float]]  # the values of each metric, in the order in which they were logged
POSITIONS = ("epoch", "step")
OUR_NAMES = {
    "train_loss": "loss", "train_loss_step": "loss", "train_loss_epoch": "loss of the epoch", "eval_loss": "val_loss",
    "lr": "learning_rate", "lr-SGD": "learning_rate", "iteration": "step",
}  # fmt: skip
OF_EPOCHS = {"loss": "loss of the epoch"}  # what Keras calls it
CLOSING_SUMS = ("train_loss", "total_flos", "train_runtime", "train_samples_per_second", "train_steps_per_second")


def collected(rows: Iterable[Mapping[str, Any]]) -> Log:
    found: Log = {}
    for row in rows:
        for name, value in row.items():
            if value not in ("", None) and not isinstance(value, dict):
                found.setdefault(OUR_NAMES.get(name, name), []).append(float(value))
    return found


def joined(before: Log, after: Log) -> Log:
    """Return the log of a training that went on."""
    return {name: before.get(name, []) + after.get(name, []) for name in before | after}


def hugging_face(directory: Path, **settings: Any) -> Log:
    from tests.integrations.test_huggingface import trainer

    if "tensorboard" in settings.get("report_to", ()):
        pytest.importorskip("tensorboard")
    return trained(trainer(directory, **{"epochs": 1, **settings}))


def trained(training: Any, **how: Any) -> Log:
    """Train, and return the Trainer's own log: its closing sums are no row, what TRL adds to them is."""
    training.train(**how)
    *rows, last = training.state.log_history
    assert {"train_loss", "total_flos"} <= last.keys()
    added = {name: value for name, value in last.items() if name not in (*CLOSING_SUMS, "num_input_tokens_seen")}
    return collected(rows + [added] if added.keys() - set(POSITIONS) else rows)


def with_ours_last(directory: Path) -> Log:
    """Train with a callback before ours that takes total_flos out of the log, as the Trainer's own printer does."""
    from tests.integrations.test_huggingface import trainer
    from trainmon.integrations.huggingface import TrainmonCallback

    training = trainer(directory, epochs=1)
    training.add_callback(training.pop_callback(TrainmonCallback))
    return trained(training)


def with_two_evaluations(directory: Path) -> Log:
    from tests.integrations.test_huggingface import sequences, trainer

    training = trainer(directory, epochs=1)
    training.eval_dataset = {"seen": sequences(8), "new": sequences(4)}
    return trained(training)


def resumed_by_hugging_face(directory: Path, **settings: Any) -> Log:
    from tests.integrations.test_huggingface import trainer

    trainer(directory, epochs=1).train()
    return trained(trainer(directory, epochs=2, **settings), resume_from_checkpoint=str(directory / "checkpoint-6"))


def supervised(directory: Path, **settings: Any) -> Log:
    from tests.integrations import tiny_trl

    return trained(tiny_trl.supervised(directory, **settings))


def preferences(directory: Path, **settings: Any) -> Log:
    from tests.integrations import tiny_trl

    return trained(tiny_trl.preferences(directory, **settings))


def rewarded(directory: Path, **settings: Any) -> Log:
    from tests.integrations import tiny_trl

    return trained(tiny_trl.rewarded(directory, **settings))


def lightning(directory: Path, *, epochs: int = 2, test: bool = False, **settings: Any) -> Log:
    from tests.integrations.test_lightning import Line, batches, trainer

    used, model = trainer(directory, epochs, **settings), Line()
    used.fit(model, batches(), batches())
    if test:
        used.test(model, batches(), verbose=False)
    return own_csv(directory)


def own_csv(directory: Path) -> Log:
    """Return what Lightning's own CSV logger wrote; it has a row for each call, and we have one for each step."""
    with (directory.parent / "own" / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return collected({name: cell for name, cell in row.items() if name not in POSITIONS} for row in rows)


def lightning_that_fails(directory: Path) -> Log:
    from tests.integrations.test_lightning import Line, batches, trainer

    with pytest.raises(RuntimeError):
        trainer(directory).fit(Line(fail_at=20), batches(), batches())
    return own_csv(directory)


def lightning_without_a_known_loss(directory: Path) -> Log:
    from tests.integrations.test_lightning import Line, batches, trainer

    class Unusual(Line):  # type: ignore[misc]
        def log(self, name: str, *values: Any, **how: Any) -> None:
            super().log(f"my_{name}", *values, **how)

    trainer(directory).fit(Unusual(), batches(), batches())
    return own_csv(directory)


def lightning_with_a_metric_twice_a_step(directory: Path) -> Log:
    from tests.integrations.test_lightning import Line, batches, trainer

    class Twice(Line):  # type: ignore[misc]
        def training_step(self, batch: Any, index: int) -> Any:
            for value in (1.0, 2.0):
                for each in self.loggers:
                    each.log_metrics({"seen": value}, self.global_step)
            return super().training_step(batch, index)

    trainer(directory).fit(Twice(), batches(), batches())
    return own_csv(directory)


def resumed_by_lightning(directory: Path) -> Log:
    from tests.integrations.test_lightning import Line, batches, trainer

    before = lightning(directory, epochs=1)
    (saved,) = directory.glob("*.ckpt")
    trainer(directory, 2).fit(Line(), batches(), batches(), ckpt_path=saved)
    return joined(before, own_csv(directory))


def keras(directory: Path, *, callback: str = "", **settings: Any) -> Log:
    """Train, and return Keras's history: the values at the end of each epoch."""
    from tests.integrations.test_keras import fit
    from tests.integrations.test_keras import keras as library

    also = {
        "": (),
        "lowers the rate": (library.callbacks.ReduceLROnPlateau(patience=0, min_delta=1e9),),
        "stops": (library.callbacks.EarlyStopping(patience=0, min_delta=1e9),),
    }[callback]
    history = fit(directory, callbacks=also, **settings)
    return {OF_EPOCHS.get(name, name): values for name, values in history.history.items()}


def keras_batches(directory: Path) -> Log:
    """Train, and return the figures of every second batch as Keras gives them to a callback, and those of the epochs."""
    from tests.integrations.test_keras import fit
    from tests.integrations.test_keras import keras as library

    seen: list[dict[str, float]] = []

    def see_batch(batch: int, logs: dict[str, float]) -> None:
        if batch % 2:
            seen.append(dict(logs))

    def see_epoch(epoch: int, logs: dict[str, float]) -> None:
        seen.append({"train_loss_epoch": logs["loss"], "mae": logs["mae"]})

    watch = library.callbacks.LambdaCallback(on_train_batch_end=see_batch, on_epoch_end=see_epoch)
    fit(directory, 2, (watch,), every=2, validation_data=None)
    return collected(seen)


def resumed_by_keras(directory: Path) -> Log:
    before = keras(directory, epochs=2)
    return joined(before, keras(directory, epochs=4, initial_epoch=2))


def mlx(directory: Path, iterations: int = 10, **settings: Any) -> Log:
    from tests.integrations.test_mlx import train

    return reported(train(directory, iterations, **settings))


def reported(kept: Any, *, iterations: int = 0, tokens: int = 0) -> Log:
    """Return all that mlx-lm reported, in our order, so many iterations and tokens having come before it."""
    train = [{**info, "trained_tokens": info["trained_tokens"] + tokens} for info in kept.train]
    rows = sorted([*kept.val, *train], key=lambda info: info["iteration"])
    return collected({**info, "iteration": info["iteration"] + iterations} for info in rows)


def resumed_by_mlx(directory: Path) -> Log:
    from tests.integrations.test_mlx import train

    first = train(directory, 10)
    second = train(directory, 6, before=10)
    return joined(reported(first), reported(second, iterations=10, tokens=first.train[-1]["trained_tokens"]))


def accelerate(directory: Path, calls: Sequence[Mapping[str, Any]], first_step: int | None = 1) -> Log:
    """Log these values one after the other, and return them with their steps."""
    library = pytest.importorskip("accelerate")
    from trainmon.integrations.accelerate import TrainmonTracker

    accelerator = library.Accelerator(cpu=True, log_with=TrainmonTracker(directory))
    accelerator.init_trackers("calls")
    steps = [None if first_step is None else first_step + at for at in range(len(calls))]
    for values, step in zip(calls, steps, strict=True):
        accelerator.log(values, step=step)
    accelerator.end_training()
    return collected({**values, "step": step} for values, step in zip(calls, steps, strict=True))


def accelerate_tensors(directory: Path) -> Log:
    torch = pytest.importorskip("torch")
    return accelerate(directory, [{"loss": torch.tensor(1 / step), "lr": np.float32(0.5)} for step in range(1, 9)])


def accelerate_both_losses(directory: Path) -> Log:
    return accelerate(directory, [{"train_loss": 2.0, "train_loss_epoch": 2.5, "val_loss": 3.0, "f1": 0.5}] * 2)


def accelerate_twice(directory: Path) -> Log:
    before = accelerate(directory, [{"loss": 2.0}, {"loss": 1.0}])
    return joined(before, accelerate(directory, [{"loss": 0.5}, {"loss": 0.4}], first_step=3))
