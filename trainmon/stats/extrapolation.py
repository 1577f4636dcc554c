"""Where a falling loss will end, with the band in which that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.run import Floats
from trainmon.stats.robust import block_medians, noise_around_curve

BLOCKS = 60  # block medians that are fitted
FEWEST = 20  # below that, three parameters follow the noise
EARLIEST = 0.5  # of the run: at a quarter of it the error was 23 % in the median, at a half 8 % (52 real curves)
LEAST_BAND = 0.4  # of the predicted further fall: about what the fits were off
LONGEST_RUN = 8  # residuals of one sign in sequence: the curve has another shape (a staircase, a restart)
SHIFTS = np.array([0.001, 0.01, 0.03, 0.1, 0.3, 1.0])  # c, in parts of the known run
POWERS = np.geomspace(0.05, 3.0, 16)  # d
AS_GOOD = 2.0  # of cost above the best fit: the likelihood of two standard deviations
ROUNDS = 5  # of reweighting: soft L1 is near its end by then


@dataclass(frozen=True)
class Extrapolation:
    """The value at the end of the run, and the band in which it probably lies."""

    value: float
    low: float
    high: float


def final_value(values: Floats, fraction: float) -> Extrapolation | None:
    """Return where `values` (evenly spaced, the first `fraction` of the run) will end by a + b (x + c)^-d, b >= 0.

    With soft L1 in place of squares; a >= 0 where all values are above 0. The band holds the ends of all fits that are as good
    within two standard deviations, two of the residuals, and 0.4 of the predicted further fall. None before half of the run, with too few values,
    for a series that does not fall, and where the residuals show that the curve has another shape.
    Source: the power law of learning curves, as in Domhan et al. 2015 and Adriaensen et al. 2023 (arXiv 2310.20447).
    """
    y = block_medians(values, BLOCKS)
    if len(y) < FEWEST or not EARLIEST <= fraction < 1:
        return None
    x = np.arange(1, len(y) + 1) / len(y)
    scale = max(noise_around_curve(y), 1e-6 * float(np.ptp(y)))
    if not (np.isfinite(scale) and scale > 0):
        return None
    fits = [_fit(x, y, float(c), float(d), scale) for c in SHIFTS for d in POWERS]
    best, a, b, c, d = min(fits)
    residuals = y - a - b * (x + c) ** -d
    if not b > 0 or _longest_run(residuals) > LONGEST_RUN:
        return None
    end, now = a + b * (1 / fraction + c) ** -d, a + b * (1 + c) ** -d
    ends = [one + two * (1 / fraction + shift) ** -power for cost, one, two, shift, power in fits if cost <= best + AS_GOOD]
    band = max(LEAST_BAND * (now - end), 2 * float(residuals.std()))
    low, high = min([end - band, *ends]), max([end + band, *ends])
    return Extrapolation(end, max(0.0, low) if y.min() > 0 else low, high)


def _fit(x: Floats, y: Floats, c: float, d: float, scale: float) -> tuple[float, float, float, float, float]:
    """Return the cost of the best a and b for given c and d, and all four."""
    u, weights = (x + c) ** -d, np.ones(len(x))
    a = b = 0.0
    for _ in range(ROUNDS):
        mean_u, mean_y = float(np.average(u, weights=weights)), float(np.average(y, weights=weights))
        spread = float((weights * (u - mean_u) ** 2).sum())
        b = max(0.0, float((weights * (u - mean_u) * (y - mean_y)).sum()) / spread) if spread > 0 else 0.0
        a = mean_y - b * mean_u
        if a < 0 < float(y.min()):
            a, b = 0.0, max(0.0, float((weights * u * y).sum() / (weights * u**2).sum()))
        weights = 1 / np.sqrt(1 + ((y - a - b * u) / scale) ** 2)
    return float((np.sqrt(1 + ((y - a - b * u) / scale) ** 2) - 1).sum()), a, b, c, d


def _longest_run(residuals: Floats) -> int:
    """Return the length of the longest stretch of residuals of one sign."""
    changes = np.flatnonzero(np.diff(np.sign(residuals)) != 0)
    return int(np.diff(np.concatenate([[-1], changes, [len(residuals) - 1]])).max())
