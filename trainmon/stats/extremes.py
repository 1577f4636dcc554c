"""The first, last, best and worst value of a series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.run import Floats, Mask


@dataclass(frozen=True)
class Extremes:
    """Four finite values of a series, how many there are in all, and the index at which each of the four stands first."""

    count: int
    first: float
    final: float
    best: float
    worst: float
    first_at: int
    final_at: int
    best_at: int
    worst_at: int


def extremes(values: Floats, *, higher_is_better: bool = False) -> Extremes | None:
    """Return the extremes over the finite `values`, None where there are none; of equal values the earliest counts."""
    at = np.flatnonzero(np.isfinite(values))
    if not len(at):
        return None
    low, high = int(at[np.argmin(values[at])]), int(at[np.argmax(values[at])])
    best, worst = (high, low) if higher_is_better else (low, high)
    first, final = int(at[0]), int(at[-1])
    return Extremes(
        count=len(at),
        first=float(values[first]),
        final=float(values[final]),
        best=float(values[best]),
        worst=float(values[worst]),
        first_at=first,
        final_at=final,
        best_at=best,
        worst_at=worst,
    )


def never_filled(values: Floats, logged: Mask | None = None) -> bool:
    """Return whether a column was never filled: something finite is logged, and all that is logged is exactly 0.

    NaN stands for a blank unless `logged` says that something was written there: a logged nan or inf is news, and the
    column was filled.
    """
    finite = np.isfinite(values)
    other = np.isinf(values) if logged is None else logged & ~finite
    return bool(finite.any() and not values[finite].any() and not other.any())
