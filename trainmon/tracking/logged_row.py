"""One row as a training loop logs it: every value checked, and its cells ready for the CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trainmon.errors import UsageError
from trainmon.restart_rule import Position, row_position
from trainmon.tracking.logged_values import Number, as_number, as_position, metric_cell, number_cell

# Names that a metric of the user's own cannot have, and what to do instead.
RESERVED = {
    "timestamp": "trainmon writes the time itself",
    "phase": "log_step and log_epoch write it",
    "elapsed_time_s": "pass elapsed_time",
    "loss": "log_epoch takes the epoch's mean loss as avg_loss",
    "step": "the row of an epoch has no step",
    "": "a column needs a name",
}


@dataclass(frozen=True, slots=True)
class LoggedRow:
    """A checked row: memory in MB, elapsed in seconds, None = blank; `cells` by column, its times still to be filled in."""

    phase: str
    epoch: Number | None
    step: Number | None
    loss: Number | None
    val_loss: Number | None
    memory: Number | None
    elapsed: Number | None
    cells: dict[str, str]

    @property
    def position(self) -> Position:
        """Where the row stands in its training."""
        return row_position(self.phase, self.epoch, self.step)


def checked_row(
    phase: str,
    epoch: object,
    step: object,
    *,
    loss: tuple[str, object],
    val_loss: object,
    learning_rate: object,
    memory_mb: object,
    elapsed_time: object,
    metrics: Mapping[str, object],
) -> LoggedRow:
    """Return the row; `loss` comes with its argument's name. Raises UsageError that names the wrong argument."""
    at, within = as_position("epoch", epoch), as_position("step", step)
    loss_number, val_number = as_number(*loss), as_number("val_loss", val_loss)
    rate, memory = as_number("learning_rate", learning_rate), as_number("memory_mb", memory_mb)
    elapsed = as_number("elapsed_time", elapsed_time)
    cells = {
        "timestamp": "",
        "epoch": number_cell(at),
        "step": number_cell(within),
        "phase": phase,
        "loss": number_cell(loss_number),
        "val_loss": number_cell(val_number),
        "learning_rate": number_cell(rate),
        "memory_mb": number_cell(memory),
        "elapsed_time_s": "",
    }
    for name, value in metrics.items():
        cells[_column_name(name)] = metric_cell(name, value)
    return LoggedRow(phase, at, within, loss_number, val_number, memory, elapsed, cells)


def _column_name(name: str) -> str:
    """Return a further metric's name as a heading; raise UsageError for one that the format keeps for itself."""
    heading = " ".join(name.split())
    if heading in RESERVED:
        raise UsageError(f"{name!r} cannot be the name of a further metric: {RESERVED[heading]}")
    return heading
