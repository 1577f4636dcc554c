"""Good, between or bad: the grades of the guide's four key metrics (its table "Métricas Chave")."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from trainmon.run import Floats
from trainmon.stats.robust import block_medians, theil_sen

Grade = Literal["good", "between", "bad"]

GOOD_IMPROVEMENT, BAD_IMPROVEMENT = 50.0, 10.0  # percent; the guide's table
GOOD_SAMPLES_PER_SECOND, BAD_SAMPLES_PER_SECOND = 100.0, 50.0  # the guide's table
GOOD_RATIO = 1.5  # validation over train: 1.1 to 1.3 is normal in real logs; the guide says "similar"
BAD_RATIO = 3.0  # from here the gap is a warning there; the guide says "Val >> Train"
BAD_MEMORY_LOSS = 0.10  # of the start: a leak, in trials on real logs; the guide says "trending down"
GOOD_MEMORY_LOSS = 0.05  # half of that: what page caches take and give back
FEWEST_FOR_TREND = 20  # finite rows below which no trend is judged
MEMORY_BLOCKS = 20  # medians of so few remove most of the autocorrelation
ALLOCATION_SHARE = 0.10  # of the rows: the model and its caches are being loaded (same place)


def grade_improvement(percent: float | None) -> Grade | None:
    """Grade the fall of the loss in percent of its first value: above 50 good, below 10 bad. Source: the guide."""
    return _graded(percent, good=GOOD_IMPROVEMENT, bad=BAD_IMPROVEMENT)


def grade_samples_per_second(value: float | None) -> Grade | None:
    """Grade the samples per second (never tokens or steps): above 100 good, below 50 bad. Source: the guide."""
    return _graded(value, good=GOOD_SAMPLES_PER_SECOND, bad=BAD_SAMPLES_PER_SECOND)


def grade_validation(eval_final: float | None, train_level: float | None) -> Grade | None:
    """Grade the validation loss against the train loss: to 1.5 times good, above 3 times bad; None unless both are above 0.

    Source: the guide ("similar", "Val >> Train"); the ratios are from trials on real logs.
    """
    if eval_final is None or train_level is None:
        return None
    if not (0 < eval_final < math.inf and 0 < train_level < math.inf):
        return None
    if eval_final <= GOOD_RATIO * train_level:
        return "good"
    return "bad" if eval_final > BAD_RATIO * train_level else "between"


def grade_memory(values: Floats) -> Grade | None:
    """Grade available memory: stable or rising good, a fall by more than a tenth bad; None below 20 logged values.

    The fall is the Theil-Sen slope over block medians times their number, in parts of the first block, once the first
    tenth of the rows (loading) is left out. 0 counts as not logged. Source: the guide ("trending down");
    the limits are from trials on real logs.
    """
    logged = values[np.isfinite(values) & (values > 0)]
    if len(logged) < FEWEST_FOR_TREND:
        return None
    blocks = block_medians(logged[int(ALLOCATION_SHARE * len(logged)) :], MEMORY_BLOCKS)
    fall = -theil_sen(np.arange(len(blocks), dtype=np.float64), blocks) * (len(blocks) - 1)
    if not math.isfinite(fall):
        return None
    if fall <= GOOD_MEMORY_LOSS * blocks[0]:
        return "good"
    return "bad" if fall > BAD_MEMORY_LOSS * blocks[0] else "between"


def _graded(value: float | None, *, good: float, bad: float) -> Grade | None:
    if value is None or math.isnan(value):
        return None
    if value > good:
        return "good"
    return "bad" if value < bad else "between"
