"""Which of the values that a library logs by name is the loss, the validation loss and so on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from trainmon.files.format import METRICS_COLUMNS

LOSS = ("loss", "train_loss", "train/loss", "training_loss", "train_loss_step", "loss_step")
EPOCH_LOSS = ("train_loss_epoch", "loss_epoch")
VAL_LOSS = ("val_loss", "eval_loss", "valid_loss", "validation_loss", "val/loss", "eval/loss", "val_loss_epoch")
LEARNING_RATE = ("learning_rate", "lr")
LEARNING_RATE_OF = "lr-"  # Lightning's monitor adds the optimiser's name

# A metric cannot have these names: they are columns or arguments of the tracker already.
TAKEN = (set(METRICS_COLUMNS) | {"avg_loss", "elapsed_time", "self", ""}) - {"memory_mb"}


class LoggedValues(NamedTuple):
    """What one call logged: the parts that the tracker knows, None where they were not among it, and further metrics."""

    loss: float | None
    epoch_loss: float | None
    val_loss: float | None
    learning_rate: float | None
    metrics: dict[str, float]


def logged_values(values: Mapping[str, object]) -> LoggedValues:
    """Sort what a library logged by name; what is not one number is left out."""
    numbers = only_numbers(values)
    loss, epoch_loss, val_loss = (_take(numbers, names) for names in (LOSS, EPOCH_LOSS, VAL_LOSS))
    rates = tuple(name for name in numbers if name.startswith(LEARNING_RATE_OF))
    rate = _take(numbers, LEARNING_RATE + rates[:1])
    metrics = {name if name not in TAKEN else f"logged_{name}": number for name, number in numbers.items()}
    return LoggedValues(loss, epoch_loss, val_loss, rate, metrics)


def only_numbers(values: Mapping[str, object]) -> dict[str, float]:
    """Return the values that are one number; others are a text, a picture, a histogram, or None."""
    return {name: number for name, value in values.items() if (number := _number(value)) is not None}


def _take(numbers: dict[str, float], names: tuple[str, ...]) -> float | None:
    """Remove the first of the names that is there, and return its number."""
    name = next((name for name in names if name in numbers), None)
    return None if name is None else numbers.pop(name)


def _number(value: object) -> float | None:
    """Return a number, or the one number in an array or tensor; None for anything else."""
    if value is None or isinstance(value, str | bytes):
        return None
    try:
        item = getattr(value, "item", None)
        plain = item() if callable(item) else value
        return plain if type(plain) is int else float(plain)  # type: ignore[arg-type]
    except Exception:  # item() and float() of foreign objects raise anything; logging may not end a training
        return None
