"""Where runs are read to be on the same footing: a step, an epoch or a time that all of them reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trainmon import wording
from trainmon.analysis.series import Axis, Series, shared_axis
from trainmon.stats.arrays import Floats
from trainmon.stats.levels import levels

WINDOWS = 20  # a level is the mean over a twentieth of what is compared
FAR_BEHIND = 0.2  # of the median run's length: with three runs or more, one this short would hide how the others do


@dataclass(frozen=True)
class Position:
    """The last place on `axis` that the compared runs reached; `start` is where the last of them begins.

    `counted` is what the axis of steps counts: rows where the runs log nothing else.
    """

    axis: Axis
    value: float
    start: float
    counted: str = "step"

    @property
    def words(self) -> str:
        """The place in words: "at step 2 000"."""
        return wording.compared_at(self.axis, self.value, self.counted)

    @property
    def width(self) -> float:
        """How much before a place belongs to its level."""
        return (self.value - self.start) / WINDOWS


@dataclass(frozen=True)
class Places:
    """The finite points of one run on an axis."""

    x: Floats
    y: Floats


def aligned(series: Sequence[Series | None], axis: Axis) -> tuple[Axis, list[Places | None]]:
    """Return the axis on which the runs are compared, and the points of each, None where it has none there.

    Clock times do not compare: the time of training stands for them. Where one run logged no steps at all, its epochs or rows do
    not pass for steps: then all are compared by the epochs that they trained.
    """
    stretches = [each.stretch for each in series if each is not None]
    wanted = shared_axis("relative" if axis == "wall" else axis, stretches)
    if wanted == "step" and stretches and stretches[0].counted == "epoch":
        wanted = "epoch"
    return wanted, [None if each is None else _places(each, wanted) for each in series]


def equal_position(axis: Axis, places: Sequence[Places | None], counted: str = "step") -> Position | None:
    """Return the last place that all runs with points reached, those far behind left out; None where of several one has any."""
    ends = [float(each.x.max()) for each in places if each is not None]
    if len(ends) < min(2, len(places)):
        return None
    shortest = FAR_BEHIND * float(np.median(ends)) if len(ends) > 2 else -np.inf
    value = min(end for end in ends if end >= shortest)
    starts = [float(each.x.min()) for each in places if each is not None]
    return Position(axis, value, min(max((start for start in starts if start <= value), default=value), value), counted)


def level_at(places: Places | None, position: Position | None) -> float | None:
    """Return a run's level at the position, None where it did not reach it or begins after it."""
    if places is None or position is None:
        return None
    level = float(levels(places.x, places.y, np.array([position.value]), position.width)[0])
    return level if np.isfinite(level) else None


def levels_before(places: Places, position: Position, count: int) -> Floats:
    """Return a run's levels at `count` places from the start of what is compared to the position, [count]."""
    return levels(places.x, places.y, np.linspace(position.start, position.value, count), position.width)


def usual_count(one: Places, other: Places, position: Position) -> int:
    """Return at how many places two runs may be compared: no more than either logged there, at most 20."""
    inside = [int(((each.x >= position.start) & (each.x <= position.value)).sum()) for each in (one, other)]
    return min(WINDOWS, *inside)


def _places(series: Series, axis: Axis) -> Places | None:
    x = series.x(axis)
    there = np.isfinite(x) & np.isfinite(series.values)
    return Places(x[there], series.values[there]) if there.any() else None
