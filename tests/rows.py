"""Rows of ordinary trainings for tests of what is made of them."""

from __future__ import annotations

from tests.logs import stamp

START = 1_767_225_600.0  # 2026-01-01 00:00 UTC, from which `stamp` counts


def train_row(seconds: float, epoch: int, step: int, loss: object, val_loss: object = "", memory: object = 9000) -> str:
    """Return the line of a train row that was logged `seconds` after the start."""
    return f"{stamp(seconds)},{epoch},{step},train,{loss},{val_loss},0.0001,{memory},{seconds}"


def falling(count: int = 20) -> list[str]:
    """Return rows of a loss that falls from 2.0 by 0.05 a row, with a validation loss on every fifth."""
    return [train_row(i, 0, i, round(2 - 0.05 * i, 4), round(2.1 - 0.05 * i, 4) if i % 5 == 4 else "") for i in range(count)]
