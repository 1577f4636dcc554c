"""One row as a training loop logs it: every value checked, and its cells ready for the CSV."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from trainmon.errors import UsageError
from trainmon.files.format import MAX_COLUMNS
from trainmon.files.restart_rule import Position, row_position
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
    epoch: Any,
    step: Any,
    loss_name: str,
    loss: Any,
    val_loss: Any,
    learning_rate: Any,
    memory_mb: Any,
    elapsed_time: Any,
    metrics: Mapping[str, Any],
) -> LoggedRow:
    """Return the row; `loss_name` is what the caller knows the loss by. Raises UsageError that names the wrong argument."""
    # Nearly every value is a float or None, and a call for each of those would be a tenth of what the row costs.
    if type(loss) is not float:
        loss = as_number(loss_name, loss)
    if val_loss is not None:
        val_loss = as_number("val_loss", val_loss)
    if type(learning_rate) is not float:
        learning_rate = as_number("learning_rate", learning_rate)
    if memory_mb is not None:
        memory_mb = as_number("memory_mb", memory_mb)
    if elapsed_time is not None:
        elapsed_time = as_number("elapsed_time", elapsed_time)
    epoch, step = as_position("epoch", epoch), as_position("step", step)
    cells: dict[str, Cell] = {
        "timestamp": None,
        "epoch": epoch,
        "step": step,
        "phase": phase,
        "loss": loss,
        "val_loss": val_loss,
        "learning_rate": learning_rate,
        "memory_mb": memory_mb,
        "elapsed_time_s": elapsed_time,
    }
    for name, value in metrics.items():
        cells[_column_name(name)] = value if type(value) is float else metric_cell(name, value)
    return LoggedRow(phase, epoch, step, loss, val_loss, memory_mb, elapsed_time, cells)


@lru_cache(MAX_COLUMNS)
def _column_name(name: str) -> str:
    """Return a further metric's name as a heading; raise UsageError for one that the format keeps for itself."""
    heading = one_line(" ".join(name.split()))
    if heading in RESERVED:
        raise UsageError(f"{name!r} cannot be the name of a further metric: {RESERVED[heading]}")
    return heading
