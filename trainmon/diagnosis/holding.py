"""How long something has held without a break up to the newest value, and what that is worth.

What is measured in reinforcement and preference tuning swings from batch to batch: one look at the newest values is no proof,
and one at the whole run comes too late. So each check there asks a running median or mean, and how long it has held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Severity
from trainmon.stats.arrays import Mask
from trainmon.stats.robust import NORMAL_MAD

NOTICED, WARNED = 0.02, 0.06  # of the values: so long it has to hold (trials: fault-free runs at 40 looks each)
FEWEST_NOTICED, FEWEST_WARNED = 6, 15  # values
FROM_START_NOTICED, FROM_START_WARNED = 60, 120  # values: many a training begins so, and leaves it
FAR = 8  # part of the values: swings are measured by what is so far apart
RISEN = 0.2  # of a share: so much lower it was, where many are told before they are nearly all


@dataclass(frozen=True)
class Lasting:
    """What it is worth that something holds, for how many of the newest values it has held, and the row of the first of them."""

    severity: Severity
    length: int
    onset: int
    from_start: bool


def lasting(curve: Curve, noticed: Mask, warned: Mask | None = None, *, came: bool = True) -> Lasting | None:
    """Return since when something holds for a curve, None where that is not long enough to tell.

    `noticed` is where it holds, [n]; `warned` where it is bad enough for a warning, which has to hold for longer. It holds from
    the start where there is no break, and where it never came (`came`): a break was chance then.
    """
    length, bad = _held(noticed), _held(noticed if warned is None else noticed & warned)
    from_start = length == len(curve) or not came
    if length < _needed(curve, FROM_START_NOTICED if from_start else FEWEST_NOTICED, NOTICED):
        return None
    enough = bad >= _needed(curve, FROM_START_WARNED if from_start else FEWEST_WARNED, WARNED)
    return Lasting("warning" if enough else "notice", length, int(curve.rows[-length]), from_start)


def lasting_share(curve: Curve, many: float, nearly: float) -> Lasting | None:
    """Return since when a share is so high that it is nearly all (a warning), or, after it was well below, that it is many.

    Shares are means over some rows already: no running median is needed, which would come later.
    """
    all_but = np.asarray(curve.values >= nearly, dtype=np.bool_)
    risen = np.minimum.accumulate(curve.values) <= many - RISEN
    return lasting(curve, all_but | (risen & (curve.values >= many)), all_but, came=bool(risen[-1]))


def swings_of(curve: Curve, least: int = 1) -> float:
    """Return the standard deviation of the running median around its course, by second differences over an eighth of the run.

    They are over `least` values at least; NaN where there are too few. Source: as `stats.robust.noise_around_curve`.
    """
    lag = max(least, len(curve) // FAR)
    bends = curve.smooth[2 * lag :] - 2 * curve.smooth[lag:-lag] + curve.smooth[: -2 * lag]
    if not len(bends):
        return float("nan")
    return max(curve.smooth_noise, float(NORMAL_MAD * np.median(np.abs(bends - np.median(bends))) / np.sqrt(6)))


def _held(holds: Mask) -> int:
    """Return how many of the newest values something holds for without a break."""
    breaks = np.flatnonzero(~holds)
    return len(holds) - 1 - int(breaks[-1]) if len(breaks) else len(holds)


def _needed(curve: Curve, fewest: int, share: float) -> float:
    return max(fewest, share * len(curve))
