"""What the newest rows of a training say: where its loss is going, and whether it is still a number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.analysis.figures import whole
from trainmon.analysis.series import Series, Stretch
from trainmon.runs.run import Role
from trainmon.stats.arrays import Floats
from trainmon.stats.extremes import finite_end, last_finite_values

MOST_ROWS = 50  # on each side: long enough for the noise of single batches, short enough to be about now
FEWEST_ROWS = 5


@dataclass(frozen=True)
class Recent:
    """The mean loss of the last `rows` values minus that of as many before them (None where there are too few).

    `not_finite` counts the values at the end that are nan or infinite, and `since` is the step (epoch) of the first of them.
    """

    change: float | None = None
    rows: int = 0
    not_finite: int = 0
    since: int | None = None


def recent(stretch: Stretch, role: Role = "train_loss") -> Recent:
    """Return what the newest losses of a stretch say, worked out once for each revision of its run."""
    return stretch.memo.once(Recent, lambda: _recent(stretch.by_role(role)), stretch.label, role)


def _recent(series: Series | None) -> Recent:
    if series is None:
        return Recent()
    end = finite_end(series.values)
    broken = len(series) - end
    places = series.stretch.run.rows.values("epoch")[series.rows] if series.stretch.counted == "epoch" else series.step
    since = whole(places[end]) if broken else None
    change, rows = _change(last_finite_values(series.values, 2 * MOST_ROWS))
    return Recent(change, rows, broken, since)


def _change(values: Floats) -> tuple[float | None, int]:
    rows = min(MOST_ROWS, len(values) // 2)
    if rows < FEWEST_ROWS:
        return None, 0
    with np.errstate(over="ignore", invalid="ignore"):  # values near the largest float
        change = float(values[-rows:].mean() - values[-2 * rows : -rows].mean())
    return (change if np.isfinite(change) else None), rows
