"""The part of an axis that the bulk of the values needs."""

from __future__ import annotations

import numpy as np

from trainmon.stats.arrays import Floats

FEWEST_FOR_OUTLIERS = 8  # of fewer values none is an outlier
OUTER = 5.0  # percent of the values on either side that do not say how wide the bulk is
REACH = 1.5  # widths of the bulk that a value may lie beyond it: normal noise stays, six and a half deviations far


def extent(values: Floats) -> tuple[float, float] | None:
    """Return the smallest and the largest finite value, None where there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else None


def robust_extent(values: Floats) -> tuple[float, float] | None:
    """Return the extent of the finite values without those far outside their bulk, None where there is none.

    The bulk lies between the 5th and the 95th percentile; what is more than 1.5 times its width away is left out. Where
    the bulk is a single value, or there are fewer than 8, nothing is.
    Source: fences and adjacent values of Tukey 1977 (Exploratory Data Analysis), chapter 2, on wider quantiles because a
    loss falls.
    """
    whole = extent(values)
    finite = values[np.isfinite(values)]
    if whole is None or len(finite) < FEWEST_FOR_OUTLIERS:
        return whole
    low, high = (float(edge) for edge in np.percentile(finite, [OUTER, 100 - OUTER]))
    reach = REACH * (high - low)
    return extent(finite[(finite >= low - reach) & (finite <= high + reach)]) if 0 < reach < np.inf else whole
