"""Noise, level and trend of a series, by estimators that single outliers do not move."""

from __future__ import annotations

import numpy as np

from trainmon.stats.arrays import Floats

NORMAL_MAD = 1.4826  # makes the median absolute deviation of normal noise its standard deviation (Rousseeuw & Croux 1993)
FEWEST_FOR_NOISE = 3  # two differences: with one, their spread is not defined
MOST_FOR_PAIRS = 400  # 80,000 slopes take a millisecond; all pairs of 20,000 rows would take 1.6 GB


def noise(values: Floats) -> float:
    """Return the standard deviation of the noise around the trend: 1.4826 MAD of the first differences / sqrt 2.

    Over the finite values; NaN where there are fewer than 3. A difference holds the noise of two values: hence sqrt 2.
    Source: von Neumann 1941 (differences against a trend), with the MAD of Rousseeuw & Croux 1993 for the spread.
    """
    finite = values[np.isfinite(values)]
    if len(finite) < FEWEST_FOR_NOISE:
        return float("nan")
    with np.errstate(over="ignore", invalid="ignore"):  # values near the largest float
        differences = np.diff(finite)
        deviations = np.abs(differences - np.median(differences))
        return float(NORMAL_MAD * np.median(deviations) / np.sqrt(2))


def noise_around_curve(values: Floats) -> float:
    """Return the standard deviation of the noise around a trend that bends: 1.4826 MAD of the second differences / sqrt 6.

    Over the finite values; NaN where there are fewer than 4. With few values, the slope's own change would pass for noise in
    first differences. Source: as `noise`; a second difference holds the noise of three values, one of them twice.
    """
    finite = values[np.isfinite(values)]
    if len(finite) <= FEWEST_FOR_NOISE:
        return float("nan")
    with np.errstate(over="ignore", invalid="ignore"):  # values near the largest float
        differences = np.diff(finite, n=2)
        return float(NORMAL_MAD * np.median(np.abs(differences - np.median(differences))) / np.sqrt(6))


def block_medians(values: Floats, blocks: int = 30) -> Floats:
    """Return the medians of the finite values in `blocks` stretches of equal length (to one value), in order.

    Fewer than `blocks` finite values are returned as they are. Medians of blocks keep the trend and lose most of the
    autocorrelation that makes false trends. Give x and y with their non-finite pairs taken out: both are then cut alike.
    Source: Yue & Wang 2002 on autocorrelation and trends.
    """
    finite = values[np.isfinite(values)]
    if len(finite) <= blocks:
        return finite
    short, longer = divmod(len(finite), blocks)
    cut = longer * (short + 1)
    with np.errstate(over="ignore"):  # the mean of two values near the largest float
        first = np.median(finite[:cut].reshape(longer, short + 1), axis=1)
        rest = np.median(finite[cut:].reshape(-1, short), axis=1)
    return np.concatenate([first, rest])


def theil_sen(x: Floats, y: Floats) -> float:
    """Return the Theil-Sen slope: the median of the slopes between all pairs of points, in units of y for one of x.

    Over pairs that are finite in both; NaN where fewer than two different x are left. More than 400 points are first
    reduced to 400 block medians. Source: Theil 1950; Sen 1968 (J. Am. Stat. Assoc. 63, 1379-1389).
    """
    usable = np.isfinite(x) & np.isfinite(y)
    x, y = block_medians(x[usable], MOST_FOR_PAIRS), block_medians(y[usable], MOST_FOR_PAIRS)
    one, other = np.triu_indices(len(x), k=1)
    with np.errstate(over="ignore", invalid="ignore"):  # values near the largest float
        run, rise = x[other] - x[one], y[other] - y[one]
        slopes = rise[run != 0] / run[run != 0]
        return float(np.median(slopes)) if len(slopes) else float("nan")


def trimmed_mean(values: Floats, cut: float = 0.25) -> float:
    """Return the mean of finite values without the share `cut` of them at either end, NaN for none.

    A few values far off do not move it, as they do a mean; nor does it jump between two levels, as a median does.
    Source: Tukey 1977 (Exploratory Data Analysis), as the midmean.
    """
    if not len(values):
        return float("nan")
    out = int(cut * len(values))
    middle = np.sort(values)[out : len(values) - out]
    return float((middle / len(middle)).sum())  # divided first: values near the largest float
