"""Whether a short series goes one way: rank statistics that a single value cannot tip."""

from __future__ import annotations

import numpy as np

from trainmon.stats.arrays import Floats
from trainmon.stats.robust import MOST_FOR_PAIRS, block_medians


def kendall_tau(values: Floats) -> float:
    """Return Kendall's tau of the finite values against their order, -1 (falls) to 1 (rises); NaN below 2 of them.

    More than 400 values are first reduced to 400 block medians. Source: Kendall 1938 (Biometrika 30, 81-93).
    """
    score, count = _score(values)
    return score / (count * (count - 1) / 2) if count > 1 else float("nan")


def mann_kendall(values: Floats) -> float:
    """Return the Mann-Kendall z of the finite values: below -2.33 a fall, above 2.33 a rise at 1 %; 0 below 3 of them.

    Source: Mann 1945 (Econometrica 13, 245-259), with the usual correction for continuity and without one for ties.
    """
    score, count = _score(values)
    if count < 3:
        return 0.0
    variance = count * (count - 1) * (2 * count + 5) / 18
    return float((score - np.sign(score)) / np.sqrt(variance))


def _score(values: Floats) -> tuple[float, int]:
    """Return how many pairs rise minus how many fall, and the number of values."""
    kept = block_medians(values, MOST_FOR_PAIRS)
    one, other = np.triu_indices(len(kept), k=1)
    return float((np.sign(kept[other] - kept[one])).sum()), len(kept)
