"""One row as a training loop logs it: every value checked, and its cells ready for the CSV."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from trainmon.errors import UsageError
from trainmon.file_format import MAX_COLUMNS
from trainmon.restart_rule import Position, row_position
from trainmon.tracking.logged_values import Cell, Number, as_number, as_position, metric_cell, one_line

# Names that a metric of the user's own cannot have, and what to do instead.
RESERVED = {
    "timestamp": "trainmon writes the time itself",
    "phase": "log_step and log_epoch write it",
    "elapsed_time_s": "pass elapsed_time",
    "loss": "log_epoch takes the epoch's mean loss as avg_loss",
    "step": "the row of an epoch has no step",
    "": "a column needs a name",
}


class LoggedRow(NamedTuple):
    """A checked row: memory in MB, elapsed in seconds, None = blank; `cells` by column, its times still to be filled in."""

    phase: str
    epoch: Number | None
    step: Number | None
    loss: Number | None
    val_loss: Number | None
    memory: Number | None
    elapsed: Number | None
    cells: dict[str, Cell]

    @property
    def position(self) -> Position:
        """Where the row stands in its training."""
        return row_position(self.phase, self.epoch, self.step)


def checked_row(
    phase: str,
    epoch: object,
    step: object,
    loss_name: str,
    loss: object,
    val_loss: object,
    learning_rate: object,
    memory_mb: object,
    elapsed_time: object,
    metrics: Mapping[str, object],
) -> LoggedRow:
    """Return the row; `loss_name` is what the caller knows the loss by. Raises UsageError that names the wrong argument."""
    at, within = as_position("epoch", epoch), as_position("step", step)
    loss_number, val_number = as_number(loss_name, loss), as_number("val_loss", val_loss)
    memory, elapsed = as_number("memory_mb", memory_mb), as_number("elapsed_time", elapsed_time)
    cells: dict[str, Cell] = {
        "timestamp": None,
        "epoch": at,
        "step": within,
        "phase": phase,
        "loss": loss_number,
        "val_loss": val_number,
        "learning_rate": as_number("learning_rate", learning_rate),
        "memory_mb": memory,
        "elapsed_time_s": elapsed,
    }
    for name, value in metrics.items():
        cells[_column_name(name)] = metric_cell(name, value)
    return LoggedRow(phase, at, within, loss_number, val_number, memory, elapsed, cells)


@lru_cache(MAX_COLUMNS)
def _column_name(name: str) -> str:
    """Return a further metric's name as a heading; raise UsageError for one that the format keeps for itself."""
    heading = one_line(" ".join(name.split()))
    if heading in RESERVED:
        raise UsageError(f"{name!r} cannot be the name of a further metric: {RESERVED[heading]}")
    return heading
