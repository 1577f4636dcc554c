"""Small trainings that log as their libraries do by themselves, with nothing of ours in them, and call us while they train."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest


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
    """Return the values of a metric in a Trainer's own log."""
    return [entry[name] for entry in training.state.log_history if name in entry]


def lightning(
    look: Callable[..., None], logger: Any, *, max_epochs: int = 3, ckpt_path: Path | None = None, **settings: Any
) -> None:
    """Train epochs of eight steps, every second of them logged, and look after each."""
    from tests.integrations.test_lightning import Line, batches
    from tests.integrations.test_lightning import lightning as library

    class Planned(Line):  # type: ignore[misc]
        def __init__(self, max_epochs: int) -> None:
            super().__init__()
            self.save_hyperparameters()

    usual = {"enable_progress_bar": False, "enable_model_summary": False, "enable_checkpointing": False}
    library.Trainer(
        logger=logger, max_epochs=max_epochs, log_every_n_steps=2, accelerator="cpu", limit_train_batches=8, limit_val_batches=1,
        callbacks=[library.callbacks.LambdaCallback(on_train_batch_end=look)], **{**usual, **settings},
    ).fit(Planned(max_epochs), batches(), batches(), ckpt_path=ckpt_path)  # fmt: skip


def keras(epochs: int = 5, callbacks: tuple[Any, ...] = (), **settings: Any) -> dict[str, list[float]]:
    """Train a tiny model with a validation, and return Keras' own history."""
    from tests.integrations.test_keras import model, np

    inputs = np.random.default_rng(0).normal(size=(16, 3)).astype("float32")
    data = (inputs, inputs.sum(1, keepdims=True))
    usual = {"validation_data": data, "batch_size": 4, "verbose": 0}
    history: dict[str, list[float]] = model().fit(*data, epochs=epochs, callbacks=callbacks, **{**usual, **settings}).history
    return history


def summary_writer(folder: Path, **settings: Any) -> Any:
    pytest.importorskip("tensorboard")
    return pytest.importorskip("torch.utils.tensorboard", exc_type=ImportError).SummaryWriter(str(folder), **settings)


def descend(writer: Any, steps: Iterable[int], look: Callable[[], None], tag: str = "loss/train") -> list[float]:
    """Fit a number with torch, log each loss, look after each, and return them as TensorBoard keeps them."""
    torch = pytest.importorskip("torch")
    weight, losses = torch.tensor(1.0, requires_grad=True), []
    for step in steps:
        loss = (weight * 3 - 1) ** 2
        loss.backward()
        with torch.no_grad():
            weight -= 0.02 * weight.grad
            weight.grad = None
        writer.add_scalar(tag, loss, step)
        writer.flush()
        losses.append(loss.item())
        look()
    return losses
