"""A metric along a training: which rows it was logged on, its values, and where they stand on each x-axis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from trainmon.run import EPOCH, TRAIN, Attempt, Floats, Indices, Role, Run
from trainmon.stats.axes import fractional_epoch, relative_seconds

Axis = Literal["step", "epoch", "relative", "wall"]
AXES: tuple[Axis, ...] = ("step", "epoch", "relative", "wall")


@dataclass(frozen=True)
class Stretch:
    """The rows under consideration: a chain or a single attempt, what was superseded in it apart; indices ascending."""

    run: Run
    label: str
    attempts: tuple[Attempt, ...]
    line: Indices
    ghosts: Indices

    def series(self, metric: str, *, ghosts: bool = False) -> Series:
        """Return `metric` on the rows that logged it; a train loss comes from train rows, else from epoch rows."""
        rows = self.ghosts if ghosts else self.line
        column = self.run.rows.columns[metric]
        rows = rows[column.logged[rows]]
        if metric == self.run.rows.roles.get("train_loss"):
            rows = self._loss_rows(rows)
        return Series(self, metric, rows, column.values[rows])

    def by_role(self, role: Role, *, ghosts: bool = False) -> Series | None:
        """Return the series of the column that plays `role`, None where there is none or nothing was logged."""
        name = self.run.rows.roles.get(role)
        if name is None:
            return None
        series = self.series(name, ghosts=ghosts)
        return series if len(series) else None

    def metrics(self) -> list[str]:
        """Return the names of the metrics that this stretch logged."""
        columns = self.run.rows.columns
        return [name for name in self.run.rows.metrics() if columns[name].logged[self.line].any()]

    @cached_property
    def breaks(self) -> Indices:
        """The first row of every attempt after the first."""
        return np.array([attempt.start for attempt in self.attempts[1:]], dtype=np.int64)

    @cached_property
    def has_train_rows(self) -> bool:
        """True where at least one train row of the line logged a loss."""
        loss = self.run.rows.column("train_loss")
        return loss is not None and bool((loss.logged[self.line] & (self.run.rows.phase[self.line] == TRAIN)).any())

    def _loss_rows(self, rows: Indices) -> Indices:
        wanted = TRAIN if self.has_train_rows else EPOCH
        found: Indices = rows[self.run.rows.phase[rows] == wanted]
        return found

    @cached_property
    def relative(self) -> Floats:
        """Seconds of training since the stretch's first row, one value for each row of the line."""
        rows = self.run.rows
        breaks = np.searchsorted(self.line, self.breaks)
        return relative_seconds(rows.time[self.line], rows.values("elapsed")[self.line], breaks[breaks > 0])

    @cached_property
    def epoch_position(self) -> Floats:
        """The epoch with the position inside it as a fraction, one value for each row of the line."""
        return fractional_epoch(self.run.rows.values("epoch")[self.line], self.run.global_step[self.line])


@dataclass(frozen=True)
class Series:
    """One metric: `rows` are the row indices that logged it, `values` what they logged (nan and inf included)."""

    stretch: Stretch
    metric: str
    rows: Indices
    values: Floats

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def step(self) -> Floats:
        """The steps as logged, NaN where the row has none."""
        return self.stretch.run.rows.values("step")[self.rows]

    @property
    def global_step(self) -> Floats:
        """The global steps."""
        return self.stretch.run.global_step[self.rows]

    @property
    def time(self) -> Floats:
        """Seconds since 1970 (UTC), NaN where not logged."""
        return self.stretch.run.rows.time[self.rows]

    @property
    def breaks(self) -> Indices:
        """Positions in this series at which a later attempt begins."""
        found = np.searchsorted(self.rows, self.stretch.breaks)
        return np.unique(found[(found > 0) & (found < len(self.rows))])

    def x(self, axis: Axis) -> Floats:
        """Return where the points stand on `axis`: global step, epoch, seconds of training, or seconds since 1970.

        Where no step was ever logged (epoch rows alone) the epoch stands for it. Superseded rows have no place in the
        training's own time: NaN on "relative" and "epoch" for them.
        """
        if axis == "step":
            steps = self.global_step
            return steps if np.isfinite(steps).any() else self.stretch.run.rows.values("epoch")[self.rows]
        if axis == "wall":
            return self.time
        along = self.stretch.relative if axis == "relative" else self.stretch.epoch_position
        line = self.stretch.line
        at = np.minimum(np.searchsorted(line, self.rows), max(len(line) - 1, 0))
        return np.where(line[at] == self.rows, along[at], np.nan) if len(line) else np.full(len(self.rows), np.nan)
