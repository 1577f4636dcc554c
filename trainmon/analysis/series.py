"""A metric along a training: which rows it was logged on, its values, and where they stand on each x-axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from trainmon.runs.counted import Counted, counted_by
from trainmon.runs.first_rows import cut_rows_of
from trainmon.runs.memo import Memo
from trainmon.runs.run import EPOCH, EVAL, TRAIN, Attempt, Role, Run
from trainmon.stats.arrays import Floats, Indices, Mask
from trainmon.stats.axes import (
    EpochRange,
    epoch_range,
    epochs_done,
    first_epoch,
    fractional_epoch,
    more_seconds,
    relative_seconds,
)

Axis = Literal["step", "epoch", "done", "relative", "wall"]
AXES: tuple[Axis, ...] = (
    "step",
    "epoch",
    "relative",
    "wall",
)  # the choice of a person; "done" is for runs that count differently


AnyArray = TypeVar("AnyArray", Floats, Mask, npt.NDArray[np.int8])


def as_slice(rows: Indices) -> Indices | slice:
    """Return ascending row indices as the slice that they are where none is left out: taking it copies nothing."""
    if len(rows) and int(rows[0]) >= 0 and int(rows[-1]) - int(rows[0]) == len(rows) - 1:
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows


def _where(rows: Indices, wanted: Mask) -> Indices:
    return rows if wanted.all() else rows[wanted]


@dataclass(frozen=True, eq=False)
class Stretch:
    """The rows under consideration: a chain or a single attempt, what was superseded in it apart; indices ascending.

    `memo` is where whoever looks at the stretch remembers what it worked out.
    """

    run: Run
    label: str
    attempts: tuple[Attempt, ...]
    line: Indices
    ghosts: Indices
    memo: Memo = field(default_factory=Memo)

    def before(self, row: int) -> Stretch:
        """Return the stretch as it was before a row was logged, by the attempts that are known now."""
        run, own = cut_rows_of(self.run, row), {each.number for each in self.attempts}
        line, ghosts = (rows[: np.searchsorted(rows, row)] for rows in (self.line, self.ghosts))
        return Stretch(run, self.label, tuple(each for each in run.attempts if each.number in own), line, ghosts)

    def series(self, metric: str, *, ghosts: bool = False) -> Series:
        """Return `metric` on the rows that logged it; a train loss comes from train rows, else from epoch rows."""
        key = (metric, ghosts)
        if key not in self._series:
            self._series[key] = self._make_series(metric, self.ghosts if ghosts else self.line)
        return self._series[key]

    def _make_series(self, metric: str, rows: Indices) -> Series:
        column = self.run.rows.columns[metric]
        rows = _where(rows, column.logged[as_slice(rows)])
        if metric == self.run.rows.roles.get("train_loss"):
            rows = self._loss_rows(rows)
        return Series(self, metric, rows, column.values[as_slice(rows)])

    @cached_property
    def _series(self) -> dict[tuple[str, bool], Series]:
        return {}

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """The configuration that the attempts recorded last; the run's own is that of its newest training alone."""
        recorded = [attempt.record.config for attempt in self.attempts if attempt.record and attempt.record.config]
        newest = self.run.newest_chain
        of_run = self.run.config if newest is not None and self.attempts[-1].chain == newest.number else {}
        return recorded[-1] if recorded else of_run

    def on_line(self, values: AnyArray) -> AnyArray:
        """Return the values of the line's rows out of one value for each row of the run; not copied where the line has no gap."""
        return values[as_slice(self.line)]

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
        return [name for name in self.run.rows.metrics() if self.on_line(columns[name].logged).any()]

    @cached_property
    def counted(self) -> Counted:
        """What this part of the run counts: steps; epochs where it has no step; its rows where it has neither."""
        rows = self.run.rows
        return counted_by(rows.roles.get("step"), self.on_line(rows.values("step")), self.on_line(rows.values("epoch")))

    @cached_property
    def breaks(self) -> Indices:
        """The first row of every attempt after the first."""
        return np.array([attempt.start for attempt in self.attempts[1:]], dtype=np.int64)

    @cached_property
    def has_train_rows(self) -> bool:
        """True where at least one train row of the line logged a loss."""
        loss = self.run.rows.column("train_loss")
        return loss is not None and bool((self.on_line(loss.logged) & (self.on_line(self.run.rows.phase) == TRAIN)).any())

    def _loss_rows(self, rows: Indices) -> Indices:
        wanted = TRAIN if self.has_train_rows else EPOCH
        return _where(rows, self.run.rows.phase[as_slice(rows)] == wanted)

    @cached_property
    def relative(self) -> Floats:
        """Seconds of training since the stretch's first row, one value for each row of the line."""
        rows = self.run.rows
        breaks = np.searchsorted(self.line, self.breaks)
        time, elapsed = self.on_line(rows.time), self.on_line(rows.values("elapsed"))
        if (breaks > 0).any():
            return relative_seconds(time, elapsed, breaks[breaks > 0])
        clock = time if np.isfinite(time).any() else elapsed
        return self.memo.growing.array("relative", (clock,), lambda _, so_far: more_seconds(clock, so_far), np.float64)

    def along(self, axis: Axis) -> Floats:
        """Return where each row of the line stands in the training's own time: "relative", "epoch" or "done"."""
        if axis == "relative":
            return self.relative
        return self.epoch_position if axis == "epoch" else self.epochs_done

    @cached_property
    def epoch_position(self) -> Floats:
        """The epoch with the position inside it as a fraction, one value for each row of the line."""
        return fractional_epoch(self.on_line(self.run.rows.values("epoch")), self.on_line(self.run.global_step))

    @cached_property
    def first_epoch(self) -> float:
        """What the first epoch is called: 0 or 1."""
        rows = self.run.rows
        epoch, phase = self.on_line(rows.values("epoch")), self.on_line(rows.phase)

        def ranged(start: int, stop: int) -> EpochRange:
            return epoch_range(epoch[start:stop], phase[start:stop] != EVAL)

        ranges = self.memo.growing.chunks("epochs", (epoch, phase), ranged)
        return first_epoch(ranges, self.run.plan.total_epochs)

    @cached_property
    def epochs_done(self) -> Floats:
        """How many epochs were trained, one value for each row of the line: what stands for an epoch stands at its end."""
        epoch = self.on_line(self.run.rows.values("epoch"))
        ends = (self.on_line(self.run.rows.phase) == EPOCH) | ~np.isfinite(self.on_line(self.run.global_step))
        return epochs_done(epoch, self.epoch_position, ends, self.first_epoch)


def shared_axis(axis: Axis, stretches: Iterable[Stretch]) -> Axis:
    """Return the axis on which several trainings stand beside each other: where they count differently, the epochs done."""
    told = list(stretches)
    counted = {each.counted for each in told}
    by_epoch = axis == "epoch" or (axis == "step" and "epoch" in counted)
    if axis == "step" and len(counted) > 1:
        return "done"
    return "done" if by_epoch and (len(counted) > 1 or len({each.first_epoch for each in told}) > 1) else axis


@dataclass(frozen=True, eq=False)
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
        return self.stretch.run.rows.values("step")[as_slice(self.rows)]

    @property
    def global_step(self) -> Floats:
        """The global steps."""
        return self.stretch.run.global_step[as_slice(self.rows)]

    @property
    def time(self) -> Floats:
        """Seconds since 1970 (UTC), NaN where not logged."""
        return self.stretch.run.rows.time[as_slice(self.rows)]

    @property
    def breaks(self) -> Indices:
        """Positions in this series at which a later attempt begins."""
        found = np.searchsorted(self.rows, self.stretch.breaks)
        return np.unique(found[(found > 0) & (found < len(self.rows))])

    def x(self, axis: Axis) -> Floats:
        """Return where the points stand on `axis`: global step, epoch, epochs done, seconds of training, or seconds since 1970.

        Where no step was ever logged (epoch rows alone) the epoch stands for it. Superseded rows have no place in the
        training's own time: NaN on "relative", "epoch" and "done" for them.
        """
        if axis == "step":
            by_epoch = self.stretch.counted == "epoch"
            return self.stretch.run.rows.values("epoch")[self.rows] if by_epoch else self.global_step
        if axis == "wall":
            return self.time
        along = self.stretch.along(axis)
        line = self.stretch.line
        at = np.minimum(np.searchsorted(line, self.rows), max(len(line) - 1, 0))
        return np.where(line[at] == self.rows, along[at], np.nan) if len(line) else np.full(len(self.rows), np.nan)
