"""The model of a training: rows of numbers, the attempts they fall into, and the chains that those make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from trainmon.runs.counted import Counted, any_finite, counted_by
from trainmon.stats.arrays import Floats, Indices, Mask

Role = Literal[
    "time", "epoch", "step", "elapsed", "train_loss", "eval_loss", "learning_rate", "memory", "samples_per_second", "grad_norm"
]
End = Literal["finished", "failed", "interrupted"]

TRAIN, EVAL, EPOCH = 0, 1, 2  # values of Rows.phase


class _Blank:
    """One array of NaN for all columns that no log has: as views of it they grow with their rows, and cost nothing."""

    cells = np.full(0, np.nan)


def _blank_cells(count: int) -> Floats:
    if len(_Blank.cells) < count:
        _Blank.cells = np.full(2 * count, np.nan)
        _Blank.cells.flags.writeable = False
    return _Blank.cells[:count]


@dataclass(frozen=True, eq=False)
class Column:
    """A named numeric column, one cell a row: `values` is NaN where nothing finite is logged, `logged` is False where blank.

    The two together keep apart what a float alone cannot: blank (not logged) and a logged nan.
    """

    name: str
    values: Floats
    logged: Mask

    @cached_property
    def finite(self) -> Mask:
        """True on the rows with a finite value."""
        return np.isfinite(self.values)


@dataclass(frozen=True, eq=False)
class Rows:
    """The logged rows of a run in file order, as columns of equal length.

    `time` is seconds since 1970 (UTC), NaN where not logged. `phase` holds TRAIN, EVAL or EPOCH. `columns` has every
    numeric column by its name in the file, `texts` the others. `roles` says which column plays which part, `reasons` why that
    was taken to be so, where a log does not say it itself.
    """

    count: int
    time: Floats
    phase: npt.NDArray[np.int8]
    columns: Mapping[str, Column]
    texts: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    roles: Mapping[Role, str] = field(default_factory=dict)
    reasons: Mapping[Role, str] = field(default_factory=dict)

    @cached_property
    def counted(self) -> Counted:
        """What the log counts: steps; epochs where it has no step; its rows where it has neither."""
        return counted_by(self.roles.get("step"), self.values("step"), self.values("epoch"))

    def column(self, role: Role) -> Column | None:
        """Return the column that plays `role`, or None where no column does."""
        name = self.roles.get(role)
        return self.columns.get(name) if name else None

    def values(self, role: Role) -> Floats:
        """Return the values of the column that plays `role`, [rows], all NaN where no column does."""
        column = self.column(role)
        return column.values if column is not None else _blank_cells(self.count)

    def metrics(self) -> list[str]:
        """Return the names of the columns that are metrics: numeric, and neither time nor position."""
        positions = {self.roles.get(role) for role in ("time", "epoch", "step", "elapsed")}
        return [name for name, column in self.columns.items() if name not in positions and column.logged.any()]

    def head(self, count: int) -> Rows:
        """Return the first `count` rows."""
        if count >= self.count:
            return self
        columns = {name: Column(name, c.values[:count], c.logged[:count]) for name, c in self.columns.items()}
        texts = {name: cells[:count] for name, cells in self.texts.items()}
        return replace(self, count=count, time=self.time[:count], phase=self.phase[:count], columns=columns, texts=texts)


@dataclass(frozen=True, eq=False)
class Samples:
    """What was read of the machine beside a training, in file order: `time` in seconds since 1970 (UTC), NaN where not logged.

    A sample belongs to no row; its time says where in the training it was taken.
    """

    count: int
    time: Floats
    columns: Mapping[str, Column]

    def until(self, moment: float) -> Samples:
        """Return the samples up to a moment; those without a time are left out."""
        kept = self.time <= moment
        columns = {name: Column(name, c.values[kept], c.logged[kept]) for name, c in self.columns.items()}
        return Samples(int(kept.sum()), self.time[kept], columns)


NO_SAMPLES = Samples(0, np.zeros(0), {})


@dataclass(frozen=True)
class Problem:
    """Something wrong with a file: which, where (`line` counts from 1, the header included; None = the whole file), and why."""

    file: str
    line: int | None
    reason: str


@dataclass(frozen=True)
class AttemptRecord:
    """What the writer itself recorded of an attempt in training_run.json; times are seconds since 1970 (UTC).

    `not_sampled` says by source ("nvidia", "torch", ...) why nothing was sampled of it; `memory_mb` is all that the machine had;
    `by` is who recorded it.
    """

    id: str
    first_row: int
    started: float | None = None
    ended: float | None = None
    end: End | None = None
    reason: str | None = None
    host: str | None = None
    boot_id: str | None = None
    pid: int | None = None
    process_started: float | None = None
    resumed: bool = False
    total_steps: int | None = None
    total_epochs: float | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    memory_mb: float | None = None
    rows_not_written: int = 0
    not_sampled: Mapping[str, str] = field(default_factory=dict)
    by: str = "the tracker"


@dataclass(frozen=True)
class Attempt:
    """One stretch of rows [start, stop) from a start of the training to the next; numbers count from 1."""

    number: int
    start: int
    stop: int
    chain: int
    resumed: bool
    record: AttemptRecord | None = None


@dataclass(frozen=True, eq=False)
class Chain:
    """A fresh start with all the attempts that resumed it.

    `line` are the rows that count (indices, ascending), `ghosts` those that a later attempt superseded.
    """

    number: int
    attempts: tuple[Attempt, ...]
    line: Indices
    ghosts: Indices

    @property
    def start(self) -> int:
        """The index of the chain's first row."""
        return self.attempts[0].start

    @property
    def stop(self) -> int:
        """One past the index of the chain's last row."""
        return self.attempts[-1].stop

    @property
    def row_count(self) -> int:
        """How many rows were logged, superseded ones included."""
        return self.stop - self.start


@dataclass(frozen=True)
class Plan:
    """How long the training means to be, and where that is known from ("config num_epochs", ...)."""

    total_steps: int | None = None
    total_epochs: float | None = None
    source: str = ""


@dataclass(frozen=True)
class Checkpoint:
    """A saved model on disk; `step` and `epoch` as its name gives them, `written` in seconds since 1970."""

    name: str
    epoch: int | None
    step: int | None
    written: float | None
    best: bool = False


@dataclass(frozen=True)
class Observation:
    """What the watching process itself saw: is the writer's process alive, and when did the files last grow (seconds since 1970).

    `process_alive` is None where this cannot be known (another host, nothing recorded). `awake_since` is when the watching
    host last woke up: silence before that is its own. `growths` are the last moments at which the files grew, with how many rows
    they had then.
    """

    process_alive: bool | None = None
    growths: tuple[tuple[float, int], ...] = ()
    awake_since: float | None = None

    @property
    def grew_at(self) -> float | None:
        """When the files last grew, None where that was not seen."""
        return self.growths[-1][0] if self.growths else None


@dataclass(frozen=True, eq=False)
class Run:
    """One checkpoint directory or log file, read up to `revision`: the value that every analysis starts from.

    `global_step` has one value a row, [rows]; it never goes back along a chain's line. `diagnosis_settings` is the
    [diagnosis] table of trainmon.toml; `hidden` runs stay out of the app's lists. `entries` is how many records the files hold,
    where that is not the number of rows (lines of a console log, events of TensorBoard). `origin` is the format of the log that
    a report was made of, of every other run its own.
    """

    id: str
    name: str
    path: Path
    format: str
    rows: Rows
    attempts: tuple[Attempt, ...]
    chains: tuple[Chain, ...]
    global_step: Floats
    config: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    checkpoints: tuple[Checkpoint, ...] = ()
    problems: tuple[Problem, ...] = ()
    observation: Observation = field(default_factory=Observation)
    summary_time: float | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""
    diagnosis_settings: Mapping[str, Any] = field(default_factory=dict)
    hidden: bool = False
    revision: int = 0
    samples: Samples = NO_SAMPLES
    entries: int | None = None
    origin: str = ""

    @cached_property
    def clock(self) -> Floats:
        """Seconds that tell the pace, [rows]: since 1970, else since the start of each attempt, as logged.

        Where neither was, the moments at which the rows were seen to come; NaN for those that nobody saw.
        """
        logged = self.rows.time if any_finite(self.rows.time) else self.rows.values("elapsed")
        if any_finite(logged):
            return logged
        seen = np.full(self.rows.count, np.nan)
        for moment, rows in self.observation.growths:
            seen[min(rows, self.rows.count) - 1 : rows] = moment
        return seen

    @cached_property
    def judged_chain(self) -> Chain | None:
        """The latest chain with at least half the rows of the longest, None where there are no rows."""
        if not self.chains:
            return None
        longest = max(chain.row_count for chain in self.chains)
        return next(chain for chain in reversed(self.chains) if 2 * chain.row_count >= longest)

    @property
    def newest_chain(self) -> Chain | None:
        """The chain that is being written or was written last, None where there are no rows."""
        return self.chains[-1] if self.chains else None
