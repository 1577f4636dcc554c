"""The mean loss of each epoch of a training, as it was logged or else worked out from the train rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.analysis.series import Stretch
from trainmon.runs.run import EPOCH, TRAIN
from trainmon.stats.arrays import Floats, Indices, Mask
from trainmon.stats.extremes import never_filled


@dataclass(frozen=True)
class EpochMeans:
    """One value an epoch, [epochs]: the mean train loss and the last validation loss, NaN where there is none.

    `seconds` is the time of training that an epoch took, NaN where no time was logged. `logged` says that the means stand
    on epoch rows; otherwise they are those of the logged train rows.
    """

    epoch: Floats
    train: Floats
    validation: Floats
    logged: bool
    seconds: Floats

    @property
    def change(self) -> Floats:
        """How far the mean train loss is above that of the epoch before, NaN for the first."""
        return np.diff(self.train, prepend=np.nan)


def epoch_means(stretch: Stretch) -> EpochMeans | None:
    """Return the means of the epochs of a stretch, None where no epoch or no loss was logged."""
    rows, line = stretch.run.rows, stretch.line
    epoch = epoch_numbers(stretch)
    losses, at = rows.values("train_loss")[line], rows.phase[line] == EPOCH
    at &= np.isfinite(epoch) & np.isfinite(losses)
    logged = bool(at.any()) and not never_filled(losses[at])
    if not logged:
        series = stretch.by_role("train_loss")
        at = np.isin(line, series.rows) & np.isfinite(epoch) & np.isfinite(losses) if series is not None else at & False
    numbers, which = np.unique(epoch[at], return_inverse=True)
    if not len(numbers):
        return None
    means = np.bincount(which, losses[at]) / np.bincount(which)
    validation = rows.values("eval_loss")[line]
    last = _last(epoch, np.isfinite(validation), numbers)
    found = np.where(last >= 0, validation[last], np.nan)
    return EpochMeans(numbers, means, found, logged, _seconds(stretch, epoch, numbers))


def epoch_numbers(stretch: Stretch) -> Floats:
    """Return the number of the epoch in which each row of the line lies, NaN where none is logged.

    Fractions that begin above 0 count what is done, as Hugging Face's do: 4.0 ends epoch 3.
    """
    rows = stretch.run.rows
    epoch, phase = stretch.on_line(rows.values("epoch")), stretch.on_line(rows.phase)
    numbers = np.floor(epoch)
    fractions = np.any(numbers != epoch, where=np.isfinite(epoch))
    if fractions and np.fmin.reduce(epoch, where=phase == TRAIN, initial=np.inf) > 0:
        numbers[(numbers == epoch) & (epoch > 0) & (phase != EPOCH)] -= 1
    return numbers


def _last(epoch: Floats, wanted: Mask, numbers: Floats) -> Indices:
    """Return the index of the last wanted row of each epoch, -1 where there is none."""
    at = np.flatnonzero(wanted & np.isin(epoch, numbers))
    last = np.full(len(numbers), -1, dtype=np.int64)
    np.maximum.at(last, np.searchsorted(numbers, epoch[at]), at)
    return last


def _seconds(stretch: Stretch, epoch: Floats, numbers: Floats) -> Floats:
    """Return the time from the end of the epoch before to that of each epoch.

    What passed before the first row is known by the seconds that it says passed; an epoch of one row alone says no more.
    """
    along = stretch.relative
    last = _last(epoch, np.isfinite(along), numbers)
    before = float(stretch.run.rows.values("elapsed")[stretch.line[0]])
    told = before > 0 and not stretch.attempts[0].resumed
    began = -before if told else np.nan if stretch.counted == "epoch" else 0.0
    return np.diff(np.where(last >= 0, along[last], np.nan), prepend=began)
