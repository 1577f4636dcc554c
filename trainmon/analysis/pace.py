"""How fast each train row followed the one before it."""

from __future__ import annotations

import numpy as np

from trainmon.analysis.series import Stretch
from trainmon.runs.memo import Array, Growing
from trainmon.runs.run import TRAIN
from trainmon.stats.arrays import Floats, Indices

MOST_EQUAL_TIMES = 0.1  # of the rows: a clock coarser than the logging gives no pace
NOT_MOVED, NO_TIME = -2.0, -1.0  # what stands for the pace of an interval without steps or times, and of one that took no time


def paces_of(stretch: Stretch) -> tuple[Indices, Floats] | None:
    """Return the rows after the first train row and the steps per second up to each, NaN where that is not finite.

    Rows that did not move on, or in no time, are left out; None where none moved, or too many in no time. The pauses
    between attempts are left out of the time.
    """
    kept, line, clock = stretch.memo.growing, stretch.line, stretch.relative
    steps, phase = stretch.on_line(stretch.run.global_step), stretch.on_line(stretch.run.rows.phase)
    if not (phase == TRAIN).all():
        train = kept.array("train", (phase,), lambda start, _: start + np.flatnonzero(phase[start:] == TRAIN), np.int64)
        line, clock, steps = (_taken(kept, f"train {at}", train, each) for at, each in enumerate((line, clock, steps)))
    paces = kept.array(
        "pace", (clock, steps), lambda start, _: _paces(clock[max(0, start - 1) :], steps[max(0, start - 1) :]), float
    )
    stood, still = int((paces == NOT_MOVED).sum()), int((paces == NO_TIME).sum())
    if stood == len(paces) or still > MOST_EQUAL_TIMES * (len(paces) - stood):
        return None
    rows = line[1:]
    if stood or still:
        told = kept.array("paced", (paces,), lambda start, _: start + np.flatnonzero(~(paces[start:] < 0)), np.int64)
        rows, paces = _taken(kept, "paced rows", told, rows), _taken(kept, "paced paces", told, paces)
    return rows, paces


def _taken(kept: Growing, name: str, at: Indices, values: Array) -> Array:
    return kept.array(name, (at, values), lambda start, _: values[at[start:]], values.dtype)


def _paces(clock: Floats, steps: Floats) -> Floats:
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # values near the largest float
        seconds, gone = np.diff(clock), np.diff(steps)
        moved = np.isfinite(seconds) & np.isfinite(gone) & (gone > 0)
        paces = gone / seconds
        told = np.where(np.isfinite(paces), paces, np.nan)
        return np.where(~moved, NOT_MOVED, np.where(seconds > 0, told, NO_TIME))
