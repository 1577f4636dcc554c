"""A long noisy series as few stretches: the mean of each, and between which values it moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.stats.arrays import Floats


@dataclass(frozen=True, eq=False)
class Envelope:
    """Stretches of `size` readings: where each begins, and the mean, lowest and highest of its finite values (NaN = none)."""

    x: Floats
    mean: Floats
    low: Floats
    high: Floats
    size: int


def envelope(x: Floats, y: Floats, most: int) -> Envelope:
    """Return `y` at `x`, both [n], in at most `most` stretches.

    Their size is a power of two and they begin at the first reading: a longer series keeps the stretches that it had.
    """
    size = 1
    while len(y) > most * size:
        size *= 2
    if size == 1:
        return Envelope(x, y, y, y, 1)
    starts = np.arange(0, len(y), size)
    finite = np.isfinite(y)
    counts = np.add.reduceat(finite, starts, dtype=np.int64)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # values near the largest float
        mean = np.add.reduceat(np.where(finite, y, 0.0), starts) / counts
    low = np.minimum.reduceat(np.where(finite, y, np.inf), starts)
    high = np.maximum.reduceat(np.where(finite, y, -np.inf), starts)
    none = counts == 0
    low[none] = high[none] = np.nan
    return Envelope(x[starts], mean, low, high, size)
