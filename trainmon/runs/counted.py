"""What a training counts: steps, epochs alone, or nothing but its rows."""

from __future__ import annotations

from typing import Literal

import numpy as np

from trainmon.stats.arrays import Floats

Counted = Literal["step", "epoch", "row"]
# What the column is called that numbers the rows of a log which counts nothing itself; the second where it has the first.
ROW_NUMBERS = ("row", "row (counted)")


def counted_by(step_name: str | None, step: Floats, epoch: Floats) -> Counted:
    """Return what some rows count, by the name of the column that plays the step, their steps and their epochs."""
    if step_name in ROW_NUMBERS:
        return "row"
    return "epoch" if not any_finite(step) and any_finite(epoch) else "step"


def any_finite(values: Floats) -> bool:
    """Return whether any value is finite; of most logs the last tells."""
    return bool(len(values)) and bool(np.isfinite(values[-1]) or np.isfinite(values).any())
