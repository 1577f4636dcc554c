"""The mean loss of each epoch of a training, as it was logged or else worked out from the train rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.run import EPOCH, Floats, Indices
from trainmon.series import Stretch
from trainmon.stats.extremes import never_filled


@dataclass(frozen=True)
class EpochMeans:
    """One value an epoch, [epochs]: the mean train loss and the last validation loss, NaN where there is none.

    `logged` says that the means stand on epoch rows; otherwise they are those of the logged train rows.
    """

    epoch: Floats
    train: Floats
    validation: Floats
    logged: bool


def epoch_means(stretch: Stretch) -> EpochMeans | None:
    """Return the means of the epochs of a stretch, None where no epoch or no loss was logged."""
    rows, line = stretch.run.rows, stretch.line
    epoch = np.floor(rows.values("epoch")[line])
    losses, at = rows.values("train_loss")[line], rows.phase[line] == EPOCH
    at &= np.isfinite(epoch) & np.isfinite(losses)
    logged = bool(at.any()) and not never_filled(losses[at])
    if not logged:
        series = stretch.by_role("train_loss")
        at = np.isin(line, series.rows) & np.isfinite(epoch) & np.isfinite(losses) if series is not None else at & False
    numbers = np.unique(epoch[at])
    if not len(numbers):
        return None
    means = np.array([losses[at & (epoch == number)].mean() for number in numbers])
    return EpochMeans(numbers, means, _validation(stretch, epoch, numbers), logged)


def _validation(stretch: Stretch, epoch: Floats, numbers: Floats) -> Floats:
    """Return the last validation loss of each epoch."""
    values = stretch.run.rows.values("eval_loss")[stretch.line]
    last: list[Indices] = [np.flatnonzero((epoch == number) & np.isfinite(values)) for number in numbers]
    return np.array([values[at[-1]] if len(at) else np.nan for at in last])
