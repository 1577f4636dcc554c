"""Where a falling loss will end, with the band in which that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.stats.arrays import Floats
from trainmon.stats.robust import block_medians, noise_around_curve

BLOCKS = 60  # block medians that are fitted
FEWEST = 20  # below that, three parameters follow the noise
EARLIEST = 0.5  # of the run: at a quarter of it the error was 23 % in the median, at a half 8 % (52 real curves)
LEFT_OUT = 0.05  # of the values, at the start: a warm-up has its own shape, and the steepest part would outweigh the rest
LEAST_BAND = 0.4  # of the predicted further fall: about what the fits were off
LONGEST_RUN = 8  # residuals of one sign in sequence: the curve has another shape (a staircase, a restart)
SHIFTS = np.geomspace(0.001, 1.0, 13)  # c, in parts of the known run
POWERS = np.geomspace(0.05, 3.0, 25)  # d
AS_GOOD = 5.0  # of cost above the best fit: the likelihood of two standard deviations, for four parameters
ROUNDS = 5  # of reweighting: soft L1 is near its end by then


@dataclass(frozen=True)
class Extrapolation:
    """The value at the end of the run, and the band in which it probably lies."""

    value: float
    low: float
    high: float


def final_value(values: Floats, fraction: float) -> Extrapolation | None:
    """Return where `values` (evenly spaced, the first `fraction` of the run) will end by a + b (x + c)^-d, b >= 0.

    With soft L1 in place of squares; a >= 0 where all values are above 0. The band holds the ends of all fits that are as
    good within two standard deviations, two of the residuals, and 0.4 of the predicted further fall. None before half of
    the run, with too few values, for a series that does not fall, and where the residuals show another shape.
    Source: the power law of learning curves, as in Domhan et al. 2015 and Adriaensen et al. 2023 (arXiv 2310.20447).
    """
    y = block_medians(values[int(LEFT_OUT * len(values)) :], BLOCKS)
    if len(y) < FEWEST or not EARLIEST <= fraction < 1:
        return None
    scale = max(noise_around_curve(y), 1e-6 * float(np.ptp(y)))
    if not (np.isfinite(scale) and scale > 0):
        return None
    x = LEFT_OUT + (1 - LEFT_OUT) * (np.arange(len(y)) + 0.5) / len(y)
    shifts, powers = (grid.reshape(-1, 1) for grid in np.meshgrid(SHIFTS, POWERS))
    curves = (x + shifts) ** -powers
    offsets, heights, costs = _fits(curves, y, scale)
    best = int(np.argmin(costs))
    residuals = y - offsets[best] - heights[best] * curves[best]
    if not heights[best] > 0 or _longest_run(residuals) > LONGEST_RUN:
        return None
    ends = offsets + heights * ((1 / fraction + shifts) ** -powers).ravel()
    end, now = float(ends[best]), float(offsets[best] + heights[best] * curves[best, -1])
    as_good, band = ends[costs <= costs[best] + AS_GOOD], max(LEAST_BAND * (now - end), 2 * float(residuals.std()))
    low, high = min(end - band, float(as_good.min())), max(end + band, float(as_good.max()))
    return Extrapolation(end, max(0.0, low) if y.min() > 0 else low, high)


def _fits(curves: Floats, y: Floats, scale: float) -> tuple[Floats, Floats, Floats]:
    """Return the best offset a and height b of each curve, [curves, blocks], and what each fit costs, [curves]."""
    weights = np.ones_like(curves)
    offsets = heights = np.zeros(len(curves))
    for _ in range(ROUNDS):
        total = weights.sum(axis=1)
        mean_curve, mean_y = (weights * curves).sum(axis=1) / total, (weights * y).sum(axis=1) / total
        apart = curves - mean_curve[:, None]
        heights = np.maximum(0.0, (weights * apart * (y - mean_y[:, None])).sum(axis=1) / (weights * apart**2).sum(axis=1))
        offsets = mean_y - heights * mean_curve
        if y.min() > 0:
            alone = (weights * curves * y).sum(axis=1) / (weights * curves**2).sum(axis=1)
            heights, offsets = np.where(offsets < 0, alone, heights), np.maximum(offsets, 0.0)
        distance = np.sqrt(1 + ((y - offsets[:, None] - heights[:, None] * curves) / scale) ** 2)
        weights = 1 / distance
    costs: Floats = (distance - 1).sum(axis=1)
    return offsets, heights, costs


def _longest_run(residuals: Floats) -> int:
    """Return the length of the longest stretch of residuals of one sign."""
    changes = np.flatnonzero(np.diff(np.sign(residuals)) != 0)
    return int(np.diff(np.concatenate([[-1], changes, [len(residuals) - 1]])).max())
