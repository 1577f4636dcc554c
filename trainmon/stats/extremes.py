"""The first, last, best and worst value of a series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.stats.arrays import Floats, Mask

FEW = 1_000  # values at the end, among which the last finite one usually is


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
    finite = np.isfinite(values)
    count = int(np.count_nonzero(finite))
    if not count:
        return None
    whole = count == len(values)
    low = int(np.argmin(values if whole else np.where(finite, values, np.inf)))
    high = int(np.argmax(values if whole else np.where(finite, values, -np.inf)))
    best, worst = (high, low) if higher_is_better else (low, high)
    first, final = int(finite.argmax()), len(values) - 1 - int(finite[::-1].argmax())
    return Extremes(
        count=count,
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
    if len(values) and np.isfinite(values[0]) and values[0] != 0:
        return False
    finite = np.isfinite(values)
    other = np.isinf(values) if logged is None else logged & ~finite
    return bool(finite.any() and not values[finite].any() and not other.any())


def last_finite(values: Floats) -> float | None:
    """Return the last finite value, None where there is none."""
    end = finite_end(values)
    return float(values[end - 1]) if end else None


def finite_end(values: Floats) -> int:
    """Return the place after the last finite value, 0 without one; in a long series it is looked for from the end."""
    for start in (max(0, len(values) - FEW), 0):
        at = np.flatnonzero(np.isfinite(values[start:]))
        if len(at):
            return start + int(at[-1]) + 1
    return 0


def last_finite_values(values: Floats, most: int) -> Floats:
    """Return at most `most` of the last finite values, in order; in a long series they are looked for from the end."""
    for start in (max(0, len(values) - FEW), 0):
        known = values[start:][np.isfinite(values[start:])]
        if len(known) >= most:
            break
    return known[-most:]
