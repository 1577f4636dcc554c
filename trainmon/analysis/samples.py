"""What was sampled beside a training, set on the axes of its rows: a sample knows only its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from trainmon.analysis.series import AXES, Axis, Series, Stretch
from trainmon.runs.counted import Counted
from trainmon.runs.run import Attempt
from trainmon.stats.arrays import Floats, Indices


@dataclass(frozen=True, eq=False)
class Readings:
    """What one column read: `values` where it was logged, their global `steps`, and their place on each axis, all [n].

    `breaks` are the positions at which a later attempt begins. Where the training `counted` epochs or rows, they stand for steps.
    """

    name: str
    values: Floats
    along: Mapping[Axis, Floats] = field(repr=False)
    breaks: Indices
    counted: Counted = "step"

    @property
    def steps(self) -> Floats:
        """The global steps, NaN where a reading has none."""
        return self.along["step"]

    def has_place(self, axis: Axis) -> bool:
        """Say whether any reading stands somewhere on an axis."""
        return bool(np.isfinite(self.along[axis]).any())


@dataclass(frozen=True, eq=False)
class PlacedSamples:
    """The samples of a stretch: their indices in the file, and their place on each axis, NaN where they have none."""

    stretch: Stretch
    index: Indices
    along: Mapping[Axis, Floats]
    breaks: Indices

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns that hold a finite reading."""
        columns = self.stretch.run.samples.columns
        return tuple(name for name, column in columns.items() if np.isfinite(column.values[self.index]).any())

    def readings(self, name: str) -> Readings:
        """Return what a column read."""
        column = self.stretch.run.samples.columns[name]
        logged = np.flatnonzero(column.logged[self.index])
        along = {axis: places[logged] for axis, places in self.along.items()}
        return Readings(name, column.values[self.index][logged], along, np.unique(np.searchsorted(logged, self.breaks)))


def place_samples(stretch: Stretch) -> PlacedSamples:
    """Return the samples that were taken during a stretch, in the order of time.

    Between two rows a sample stands where its time does; after the last one it stays at its step, while time goes on.
    What was sampled beside superseded rows is left out. Where no row has a time, only the clock is known.
    """
    time = stretch.run.samples.time
    order: Indices = np.argsort(time, kind="stable")
    order = order[np.isfinite(time[order])]
    if not np.isfinite(stretch.run.rows.time[stretch.line]).any():
        nowhere = np.full(len(order), np.nan)
        along: dict[Axis, Floats] = dict.fromkeys(AXES, nowhere)
        return PlacedSamples(stretch, order, {**along, "wall": time[order]}, np.zeros(0, dtype=np.int64))
    parts = [_during(stretch, attempt, order) for attempt in stretch.attempts]
    index = np.concatenate([part for part, _ in parts])
    placed = {axis: np.concatenate([places[axis] for _, places in parts]) for axis in AXES}
    breaks = np.cumsum([len(part) for part, _ in parts])[:-1]
    return PlacedSamples(stretch, index, placed, breaks.astype(np.int64))


def readings_of(series: Series) -> Readings:
    """Return a metric of the rows as readings."""
    return Readings(series.metric, series.values, _Places(series), series.breaks, series.stretch.counted)


class _Places(Mapping[Axis, Floats]):
    """The place of a series on each axis, worked out where it is asked for: a long series has four of a million values."""

    def __init__(self, series: Series) -> None:
        self._series = series
        self._found: dict[Axis, Floats] = {}

    def __getitem__(self, axis: Axis) -> Floats:
        if axis not in self._found:
            self._found[axis] = self._series.x(axis)
        return self._found[axis]

    def __iter__(self) -> Iterator[Axis]:
        return iter(AXES)

    def __len__(self) -> int:
        return len(AXES)


def _during(stretch: Stretch, attempt: Attempt, order: Indices) -> tuple[Indices, dict[Axis, Floats]]:
    """Return the samples of one attempt, of those in `order`, and their places."""
    run, line = stretch.run, stretch.line
    at = np.flatnonzero((line >= attempt.start) & (line < attempt.stop) & np.isfinite(run.rows.time[line]))
    if not len(at):
        empty: Floats = np.zeros(0)
        return order[:0], dict.fromkeys(AXES, empty)
    clock = np.maximum.accumulate(run.rows.time[line[at]])
    when = run.samples.time[order]
    index = order[(when >= min(_begin(stretch, attempt), clock[0])) & (when < _end(stretch, attempt))]
    taken = run.samples.time[index]
    after = np.maximum(0.0, taken - clock[-1])
    return index, {
        "step": _between(taken, clock, run.global_step[line][at]),
        "epoch": _between(taken, clock, stretch.epoch_position[at]),
        "relative": _between(taken, clock, stretch.relative[at]) + after,
        "wall": taken,
    }


def _between(taken: Floats, clock: Floats, places: Floats) -> Floats:
    known = np.isfinite(places)
    return np.interp(taken, clock[known], places[known]) if known.any() else np.full(len(taken), np.nan)


def _begin(stretch: Stretch, attempt: Attempt) -> float:
    """Return when an attempt began: as recorded, since a first sample comes before the first row."""
    recorded = attempt.record.started if attempt.record is not None else None
    times = stretch.run.rows.time[attempt.start : attempt.stop]
    first = times[np.isfinite(times)][:1]
    return min([*first.tolist(), *([recorded] if recorded is not None else [])], default=np.inf)


def _end(stretch: Stretch, attempt: Attempt) -> float:
    """Return when the samples of an attempt end: at its first superseded row, else where the next one begins."""
    ghosts = stretch.ghosts[(stretch.ghosts >= attempt.start) & (stretch.ghosts < attempt.stop)]
    superseded = stretch.run.rows.time[ghosts]
    later = [_begin(stretch, each) for each in stretch.run.attempts[attempt.number : attempt.number + 1]]
    return min([*superseded[np.isfinite(superseded)].tolist(), *later], default=np.inf)
