"""Where a series that is set, not measured, was set lower."""

from __future__ import annotations

import numpy as np

from trainmon.stats.arrays import Floats, Indices, Mask

SMALLEST_DROP = 0.05  # of the value before: less is a schedule that decays
STEEP_DROP = 0.5  # of the value before, wherever it comes
SMALLEST_OF_ALL = 0.05  # of the largest value: at its end a decay to nothing halves at every row


def drops(values: Floats) -> Indices:
    """Return the indices at which a learning rate was set lower: by 5 % or more from a plateau, or by half at once.

    A plateau is the same value twice in a row. A steep fall without one counts where it is at least 5 % of the largest
    value. Warm-up and smooth decay give none. Non-finite values are passed over.
    """
    at = np.flatnonzero(np.isfinite(values))
    rate = values[at]
    if len(rate) < 2:
        return at[:0]
    before, now = rate[:-1], rate[1:]
    level: Mask = np.append(False, np.isclose(before[1:], before[:-1], rtol=1e-9, atol=0.0))
    with np.errstate(over="ignore"):  # values near the largest float
        fall = before - now
    from_plateau = level & (fall >= SMALLEST_DROP * before)
    steep = (fall >= STEEP_DROP * before) & (fall >= SMALLEST_OF_ALL * rate.max())
    found: Indices = at[1:][(before > 0) & (from_plateau | steep)]
    return found
