"""How long something has held without a break up to the newest value, and what that is worth.

What is measured in reinforcement and preference tuning swings from batch to batch: one look at the newest values is no proof,
and one at the whole run comes too late. So each check there asks a running median, and how long it has held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Severity
from trainmon.stats.arrays import Mask

NOTICED, WARNED = 0.02, 0.06  # of the values: so long it has to hold (trials: fault-free runs at 40 looks each)
FEWEST_NOTICED, FEWEST_WARNED = 6, 15  # values
FROM_START_NOTICED, FROM_START_WARNED = 40, 80  # values: many a training begins so, and leaves it


RISEN = 0.2  # of a share: so much lower it was, where many are told before they are nearly all


@dataclass(frozen=True)
class Lasting:
    """What it is worth that something holds, for how many of the newest values it has held, and the row of the first of them."""

    severity: Severity
    length: int
    onset: int
    from_start: bool


def lasting(curve: Curve, noticed: Mask, warned: Mask | None = None) -> Lasting | None:
    """Return since when something holds for a curve, None where that is not long enough to tell.

    `noticed` is where it holds, [n]; `warned` where it is bad enough for a warning, which has to hold for longer.
    """
    length, bad = _held(noticed), _held(noticed if warned is None else noticed & warned)
    if not _is_long(curve, length, (FEWEST_NOTICED, NOTICED, FROM_START_NOTICED)):
        return None
    severity: Severity = "warning" if _is_long(curve, bad, (FEWEST_WARNED, WARNED, FROM_START_WARNED)) else "notice"
    return Lasting(severity, length, int(curve.rows[-length]), length == len(curve))


def nearly_all(curve: Curve, many: float, nearly: float) -> Mask:
    """Return where a share is so high that it is nearly all, or, after it was well below, that it is many; [n]."""
    risen = np.minimum.accumulate(curve.smooth) <= many - RISEN
    return np.asarray((curve.smooth >= nearly) | (risen & (curve.smooth >= many)), dtype=np.bool_)


def _held(holds: Mask) -> int:
    """Return how many of the newest values something holds for without a break."""
    breaks = np.flatnonzero(~holds)
    return len(holds) - 1 - int(breaks[-1]) if len(breaks) else len(holds)


def _is_long(curve: Curve, length: int, needed: tuple[int, float, int]) -> bool:
    fewest, share, from_start = needed
    return length >= from_start if length == len(curve) else length >= max(fewest, share * len(curve))
