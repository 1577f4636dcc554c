"""When a training will be through its plan."""

from __future__ import annotations

import numpy as np

from trainmon.analysis.progress import Progress
from trainmon.analysis.series import Stretch, as_slice
from trainmon.analysis.timing import Timing
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
    session = as_slice(rest[~of_epochs] if stretch.has_train_rows and of_epochs.any() else rest)
    if how_far.total_steps:
        return eta(rows.time[session], stretch.run.global_step[session], float(how_far.total_steps))
    if how_far.total_epochs and how_far.fraction is not None:
        return eta(rows.time[session], rows.values("epoch")[session], how_far.total_epochs)
    return None


def passed(left: Eta | None, timing: Timing, moment: float) -> Eta | None:
    """Return the time left at a later moment than that of the last row."""
    if left is None or timing.last_row is None:
        return left
    since = max(0.0, moment - timing.last_row)
    return Eta(*(max(0.0, value - since) for value in (left.seconds, left.low, left.high)))
