"""The reward of reinforcement or preference tuning: there it is the measure, and the loss is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.analysis.series import Series, Stretch
from trainmon.analysis.tuning import tuning_of
from trainmon.stats.robust import block_medians
from trainmon.stats.trend import mann_kendall

BLOCKS, FEWEST = 30, 10
SIGNIFICANT = 2.33  # Mann-Kendall at 1 %, one-sided
EDGE = 0.1  # of the values, at least 3: their median is where a reward begins and ends


@dataclass(frozen=True)
class Reward:
    """Where a reward began and where it is, as medians of the first and last tenth; `trend` is 1 where it rises, -1 where it
    falls, 0 where neither is certain, None where the values are too few to say.
    """

    metric: str
    count: int
    first: float
    last: float
    trend: int | None


def reward_of(stretch: Stretch) -> Reward | None:
    """Return the reward of a stretch, None where its columns say nothing of reinforcement or preference tuning."""
    tuned = tuning_of(stretch)
    return None if tuned is None else _reward(stretch.series(tuned.measures[0]))


def _reward(series: Series) -> Reward | None:
    values = series.values[np.isfinite(series.values)]
    if not len(values):
        return None
    edge = min(len(values), max(3, int(EDGE * len(values))))
    z = mann_kendall(block_medians(values, BLOCKS))
    trend = int(np.sign(z)) if abs(z) > SIGNIFICANT else 0
    first, last = float(np.median(values[:edge])), float(np.median(values[-edge:]))
    return Reward(series.metric, len(values), first, last, trend if len(values) >= FEWEST else None)
