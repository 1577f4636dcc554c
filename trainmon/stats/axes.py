"""Where a row stands: seconds since the start, and the epoch as a fraction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trainmon.stats.arrays import Floats, Indices, Mask
from trainmon.stats.extremes import FEW
from trainmon.stats.throughput import usual_gap


def relative_seconds(time: Floats, elapsed: Floats, breaks: Indices) -> Floats:
    """Return the seconds of training since the first row, one value a row; NaN where nothing finite is logged.

    `breaks` holds the first index of each later attempt. From `time` where any is finite: the pause before a break
    counts as the median gap of the attempt before. Otherwise from `elapsed`: where it starts again at a break, it goes
    on from the last value before. Never goes back: a clock set back stands still until it has caught up.
    """
    cuts = np.unique(breaks[(breaks > 0) & (breaks < len(time))])
    with np.errstate(over="ignore", invalid="ignore"):  # values near the largest float
        seconds = _without_pauses(time, cuts) if np.isfinite(time).any() else _carried_over(elapsed, cuts)
        return _never_back(seconds)


def more_seconds(clock: Floats, so_far: Floats) -> Floats:
    """Return what comes after `so_far` of the relative_seconds of a clock (`time` or `elapsed`) without breaks.

    One value for each of `clock` from `len(so_far)` on.
    """
    rest = clock[len(so_far) :]
    if not len(so_far):
        with np.errstate(over="ignore", invalid="ignore"):  # values near the largest float
            return _never_back(rest)
    known = so_far[-FEW:] if (so_far[-FEW:] == so_far[-FEW:]).any() else so_far
    known = known[known == known]
    if not len(known):
        return more_seconds(rest, so_far[:0])
    with np.errstate(over="ignore", invalid="ignore"):
        since = np.where(np.isfinite(rest), rest - clock[np.isfinite(clock).argmax()], np.nan)
        highest = np.maximum.accumulate(np.concatenate([known[-1:], np.where(since == since, since, -np.inf)]))[1:]
        more: Floats = np.where(since == since, highest, np.nan)
        return more


def fractional_epoch(epoch: Floats, global_step: Floats) -> Floats:
    """Return the epoch with the position inside it, in [epoch, epoch + 1], one value a row; NaN where no epoch is logged.

    The position is the global steps since the epoch's first row over the usual length of an epoch: the median step
    between the first rows of consecutive epochs, and the span of the only epoch where there is just one. Epochs that
    are fractions already are returned as they are; so are rows without a step.
    """
    known = np.isfinite(epoch)
    result = np.where(known, epoch, np.nan)
    known &= np.isfinite(global_step)
    if not known.any() or (result[np.isfinite(result)] % 1).any():
        return result
    epochs, steps = epoch[known], global_step[known]
    numbers, which = _numbered(epochs)
    firsts = np.full(len(numbers), np.inf)
    np.minimum.at(firsts, which, steps)
    with np.errstate(over="ignore", invalid="ignore"):  # values near the largest float
        length = _epoch_length(numbers, firsts, float(steps.max() - steps.min()))
        inside = (steps - firsts[which]) / length if length > 0 else np.zeros(len(steps))
    result[known] = epochs + np.clip(np.nan_to_num(inside, nan=0.0), 0.0, 1.0)
    return result


class EpochRange(NamedTuple):
    """The epochs of some rows: whether any is a fraction, the lowest, that of the rows that count, and the highest.

    Infinite where there is none.
    """

    fractions: bool
    lowest: float
    lowest_counted: float
    highest: float


def epoch_range(epoch: Floats, counts: Mask) -> EpochRange:
    """Return the range of the epochs of some rows, NaN where none is logged; an evaluation before the first does not count."""
    known = np.isfinite(epoch)
    return EpochRange(
        bool(np.any(np.floor(epoch) != epoch, where=known)),
        float(np.fmin.reduce(epoch, where=known, initial=np.inf)),
        float(np.fmin.reduce(epoch, where=known & counts, initial=np.inf)),
        float(np.fmax.reduce(epoch, where=known, initial=-np.inf)),
    )


def first_epoch(ranges: Sequence[EpochRange], planned: float | None) -> float:
    """Return what the first epoch of a training is called: 0 or 1; 0 where epochs are fractions, or none is logged.

    Whole epochs are counted from 1 where the lowest is 1, or the last one is that of the plan.
    """
    if any(each.fractions for each in ranges):
        return 0.0
    counted = min((each.lowest_counted for each in ranges), default=np.inf)
    lowest = counted if counted < np.inf else min((each.lowest for each in ranges), default=np.inf)
    last = max((each.highest for each in ranges), default=-np.inf)
    return 1.0 if lowest == 1 or (lowest > 1 and last == planned) else 0.0


def epochs_done(epoch: Floats, position: Floats, ends: Mask, first: float) -> Floats:
    """Return how many epochs were trained at each row, parts of them as fractions; NaN where no epoch is logged.

    `position` is the fractional epoch, `first` what the first epoch is called; rows that `ends` marks stand at an epoch's end.
    How far a row is inside the only epoch is not known before that ends.
    """
    known = np.isfinite(epoch)
    if not known.any() or (epoch[known] % 1).any():
        return epoch
    if not ends[known].any() and (epoch[known] == epoch[known][0]).all():
        return np.full(len(epoch), np.nan)
    return np.where(ends, epoch - first + 1, position - first)


def _without_pauses(time: Floats, cuts: Indices) -> Floats:
    """Return `time` with the pause before each cut replaced by the usual gap of the attempt before it."""
    if not len(cuts):
        return time
    shift = np.zeros(len(time))
    gap = 0.0
    last = np.nan  # the last finite time before the cut
    for start, stop in _attempts(len(time), cuts):
        here = time[start:stop][np.isfinite(time[start:stop])]
        if not len(here):
            continue
        if np.isfinite(last):
            shift[start] = last + gap - here[0]
        last = here[-1]
        own = usual_gap(here)
        gap = own if np.isfinite(own) else gap  # an attempt of one row has no gap: the one before it serves
    return time + np.cumsum(shift)


def _carried_over(elapsed: Floats, cuts: Indices) -> Floats:
    """Return `elapsed` made to go on where it starts again at a cut."""
    if not len(cuts):
        return elapsed
    shift = np.zeros(len(elapsed))
    last = np.nan
    for start, stop in _attempts(len(elapsed), cuts):
        here = elapsed[start:stop][np.isfinite(elapsed[start:stop])]
        if not len(here):
            continue
        if here[0] < last:
            shift[start] = last
        last = here[-1]
    return elapsed + np.cumsum(shift)


def _attempts(count: int, cuts: Indices) -> list[tuple[int, int]]:
    """Return the stretches [start, stop) between the cuts."""
    edges = [0, *cuts.tolist(), count]
    return list(zip(edges[:-1], edges[1:], strict=True))


def _never_back(seconds: Floats) -> Floats:
    """Return `seconds` counted from the first finite one and held where it would go back; NaN stays NaN."""
    finite = np.isfinite(seconds)
    if len(seconds) and finite.all():
        return np.maximum.accumulate(seconds - seconds[0])
    result = np.full(len(seconds), np.nan)
    at = np.flatnonzero(finite)
    if len(at):
        result[at] = np.maximum.accumulate(seconds[at] - seconds[at[0]])
    return result


def _numbered(epochs: Floats) -> tuple[Floats, Indices]:
    """Return the different epochs in ascending order, and which of them each row belongs to."""
    numbers, which = np.unique(epochs, return_inverse=True)
    return numbers, which.astype(np.int64)


def _epoch_length(numbers: Floats, firsts: Floats, span: float) -> float:
    """Return the usual global steps in an epoch; `span` where there is only one epoch, or the steps do not grow."""
    lengths = np.diff(firsts) / np.diff(numbers)
    growing = lengths[lengths > 0]
    return float(np.median(growing)) if len(growing) else span
