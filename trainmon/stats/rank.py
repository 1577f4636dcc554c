"""Whether one thing goes with another, by ranks: no shape of curve is assumed."""

from __future__ import annotations

import numpy as np

from trainmon.stats.arrays import Floats


def rank_correlation(x: Floats, y: Floats) -> float:
    """Return Spearman's rho over the pairs that are finite in both, -1 to 1; equal values share their mean rank.

    NaN below 3 pairs, or where one of the two is the same throughout. Source: Spearman 1904 (Am. J. Psychol. 15, 72-101).
    """
    usable = np.isfinite(x) & np.isfinite(y)
    if usable.sum() < 3:
        return float("nan")
    one, other = (_ranks(values[usable]) for values in (x, y))
    one, other = one - one.mean(), other - other.mean()
    below = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / below if below > 0 else float("nan")


def _ranks(values: Floats) -> Floats:
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[which], dtype=np.float64)
