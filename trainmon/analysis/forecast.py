"""When a training will be through its plan."""

from __future__ import annotations

import numpy as np

from trainmon.analysis.progress import Progress
from trainmon.analysis.series import Stretch, as_slice
from trainmon.runs.run import EPOCH
from trainmon.stats.eta import Eta, eta


def time_left(stretch: Stretch, how_far: Progress) -> Eta | None:
    """Return the time left at the last row by the pace of the last attempt, None without a plan."""
    rows = stretch.run.rows
    if not how_far.total_steps and (not how_far.total_epochs or how_far.fraction is None):
        return None
    begin = int(np.searchsorted(stretch.line, stretch.attempts[-1].start))
    rest = stretch.line[begin:]
    of_epochs = rows.phase[as_slice(rest)] == EPOCH
    kept = ~of_epochs if stretch.has_train_rows and of_epochs.any() else slice(None)
    session = as_slice(rest[kept])
    clock = stretch.run.clock[session]
    if how_far.total_steps:
        return eta(clock, stretch.run.global_step[session], float(how_far.total_steps))
    if how_far.total_epochs and how_far.fraction is not None:
        return eta(clock, stretch.epochs_done[begin:][kept], how_far.total_epochs)
    return None


def passed(left: Eta | None, last_sign: float | None, moment: float) -> Eta | None:
    """Return the time left at a later moment than that of the last row, None = it is not known when that was."""
    if left is None or last_sign is None:
        return left
    since = max(0.0, moment - last_sign)
    return Eta(*(max(0.0, value - since) for value in (left.seconds, left.low, left.high)))
