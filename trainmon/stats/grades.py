"""Good, between or bad: the grades of the guide's four key metrics (its table "Métricas Chave")."""

from __future__ import annotations

import math
from typing import Literal

from trainmon.stats.drift import Drift

Grade = Literal["good", "between", "bad"]

GOOD_IMPROVEMENT, BAD_IMPROVEMENT = 50.0, 10.0  # percent; the guide's table
GOOD_SAMPLES_PER_SECOND, BAD_SAMPLES_PER_SECOND = 100.0, 50.0  # the guide's table
GOOD_RATIO = 1.5  # validation over train: 1.1 to 1.3 is normal in real logs; the guide says "similar"
BAD_RATIO = 3.0  # from here the gap is a warning there; the guide says "Val >> Train"
BAD_MEMORY_LOSS = 0.10  # of the start: a leak, in trials on real logs; the guide says "trending down"
GOOD_MEMORY_LOSS = 0.05  # half of that: what page caches take and give back


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


def grade_memory(line: Drift | None) -> Grade | None:
    """Grade the trend of available memory: none beyond its own swings good, a fall by more than a tenth bad.

    The fall is that of the line from its begin to its end, in parts of the begin. None without a line. Source: the guide
    ("trending down"); the limits are from trials on real logs.
    """
    if line is None:
        return None
    start = line.at(line.begin)
    fall = -line.slope * (line.end - line.begin)
    if not line.falls or fall <= GOOD_MEMORY_LOSS * start:
        return "good"
    return "bad" if fall > BAD_MEMORY_LOSS * start else "between"


def _graded(value: float | None, *, good: float, bad: float) -> Grade | None:
    if value is None or math.isnan(value):
        return None
    if value > good:
        return "good"
    return "bad" if value < bad else "between"
