"""Where a training starts again: the one rule, that the writer applies row by row and readers to whole files."""

from __future__ import annotations

import math
from typing import NamedTuple

# Two start times agree within this much: clocks are read at slightly different moments, and drift.
AGREEMENT_SECONDS, AGREEMENT_SHARE = 2.0, 0.01

Position = tuple[float, float]


def row_position(phase: str, epoch: float | None, step: float | None) -> Position:
    """Return (epoch, step) of a row.

    An epoch row has no step, which is -inf here. An eval row stands right behind its step: what is evaluated there was
    trained before, and is not trained again.
    """
    at = -math.inf if phase == "epoch" else step or 0
    return epoch or 0, right_behind(at) if phase == "eval" else at


def right_behind(step: float) -> float:
    """Return what is later than a step and earlier than the next."""
    return math.nextafter(step, math.inf)


def is_later(position: Position, first: Position) -> bool:
    """Say whether an attempt that begins at `position` begins later than `first`; by the epoch alone where one has no step."""
    if math.isinf(position[1]) or math.isinf(first[1]):
        return position[0] > first[0]
    return position > (first[0], right_behind(first[1]))


def is_superseded(phase: str, epoch: float | None, step: float | None, begin: Position) -> bool:
    """Say whether a row stands at or after the position at which a later attempt begins."""
    row_epoch = epoch or 0
    if math.isinf(begin[1]):
        return row_epoch >= begin[0]
    if phase != "train":
        return row_epoch > begin[0]
    return (row_epoch, step or 0) >= begin


class Mark(NamedTuple):
    """The last row of a kind: `elapsed` in seconds, `time` in seconds since 1970, None = not known."""

    epoch: float
    step: float | None
    elapsed: float | None
    time: float | None

    @property
    def started(self) -> float | None:
        """The time minus the elapsed seconds, known only where these are above 0."""
        return self.time - self.elapsed if self.time is not None and self.elapsed is not None and self.elapsed > 0 else None


class RestartRule:
    """Takes the rows of a file one by one and says at which of them a new attempt begins."""

    def __init__(self) -> None:
        self._last: dict[str, Mark] = {}

    def begins(self, phase: str, epoch: float | None, step: float | None, elapsed: float | None, time: float | None) -> bool:
        """Say whether this row begins a new attempt; `elapsed` in seconds, `time` in seconds since 1970, None = not known."""
        if phase == "eval" or (phase == "train" and step is None):
            return False
        mark = Mark(epoch or 0, step, elapsed, time)
        last = self._last.get(phase)
        restarted = last is not None and is_restart(phase, last, mark)
        if restarted:
            self._last.clear()  # rows of the attempt before are no measure for the new one's
        self._last[phase] = mark
        return restarted


def is_restart(phase: str, last: Mark, mark: Mark) -> bool:
    """Compare two rows of one kind: a lower epoch, or in the same epoch a lower step or clock and another start time."""
    if mark.epoch != last.epoch:
        return mark.epoch < last.epoch
    if phase == "train" and (mark.step or 0) < (last.step or 0):
        moved = _start_moved(last, mark)
        return moved is None or moved != 0
    if mark.elapsed is None or last.elapsed is None or mark.elapsed >= last.elapsed:
        return False
    moved = _start_moved(last, mark)
    return moved is not None and (moved > 0 if phase == "train" else moved != 0)


def _start_moved(last: Mark, mark: Mark) -> float | None:
    """Return by how many seconds the start time moved, 0 where the two agree, None where one is not known."""
    before, now = last.started, mark.started
    if before is None or now is None:
        return None
    allowed = AGREEMENT_SECONDS + AGREEMENT_SHARE * max(last.elapsed or 0, mark.elapsed or 0)
    return now - before if abs(now - before) > allowed else 0.0
