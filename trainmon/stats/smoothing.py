"""Smoothed versions of a series."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from trainmon.stats.arrays import Floats, Indices


def ema(values: Floats, weight: float, breaks: Indices | None = None) -> Floats:
    """Return the debiased exponential moving average of `values`.

    The average starts anew after a non-finite value (NaN there) and at each index in `breaks`. `weight` in [0, 1) is
    the share that the past keeps at each step; 0 returns the values.
    Raises ValueError for any other weight.
    Source: Kingma & Ba 2015 (Adam), section 3, as TensorBoard's smoothing does; the same figures as pandas'
    ewm(alpha=1-weight, adjust=True) on each stretch.
    """
    if not 0 <= weight < 1:
        raise ValueError(f"weight must be at least 0 and below 1, got {weight!r}")
    finite = np.isfinite(values)
    keep = np.where(finite, weight, 0.0)
    if breaks is not None:
        keep[breaks[(breaks >= 0) & (breaks < len(values))]] = 0.0
    with np.errstate(over="ignore", invalid="ignore"):  # values near the largest float
        sums = _recurrence(keep, np.where(finite, values, 0.0))
        weights = _recurrence(keep, finite.astype(np.float64))
        averages: Floats = np.divide(sums, weights, out=np.full(len(values), np.nan), where=finite)
    return averages


def _recurrence(keep: Floats, added: Floats) -> Floats:
    """Return y with y[i] = keep[i] * y[i-1] + added[i], in O(n) and about 3 sqrt(n) Python steps.

    A loop over n values is too slow in Python and pandas is too slow for many short stretches: so the series is cut
    into sqrt(n) lanes that run side by side from 0, and what each lane hands to the next is added afterwards.
    Source: the blocked scan of Blelloch 1990 (Prefix Sums and Their Applications), section 1.4.
    """
    steps = math.isqrt(len(added)) + 1
    kept, out = _in_lanes(keep, steps), _in_lanes(added, steps)
    reach = kept.copy()  # the share of the value before the lane that is left at each place in it
    for step in range(1, steps):
        out[step] += kept[step] * out[step - 1]
        reach[step] *= reach[step - 1]
    before = np.zeros(out.shape[1])
    for lane in range(1, len(before)):
        before[lane] = out[-1, lane - 1] + reach[-1, lane - 1] * before[lane - 1]
    out += reach * before
    return out.T.ravel()[: len(added)]


def _in_lanes(values: Floats, steps: int) -> Floats:
    """Return `values` cut into lanes of `steps`, padded with 0, as a contiguous array [steps, lanes]."""
    lanes = -(-len(values) // steps)
    padded = np.zeros(steps * lanes)
    padded[: len(values)] = values
    return np.ascontiguousarray(padded.reshape(lanes, steps).T)


def running_median(values: Floats, window: int) -> Floats:
    """Return the median of the finite values in a window around each value, [n]; the window is cut short at both ends.

    NaN where the window holds nothing finite. Raises ValueError unless `window` is odd and positive.
    Source: Tukey 1977 (Exploratory Data Analysis), chapter 7.
    """
    if window < 1 or window % 2 == 0:
        raise ValueError(f"window must be an odd number of values, got {window!r}")
    finite = pd.Series(np.where(np.isfinite(values), values, np.nan))
    return np.array(finite.rolling(window, center=True, min_periods=1).median(), dtype=np.float64)


def trailing_median(values: Floats, window: int, least: int) -> Floats:
    """Return the median of the `window` finite values before each value, itself left out, [n]; NaN before there are `least`."""
    finite = pd.Series(np.where(np.isfinite(values), values, np.nan))
    return np.array(finite.rolling(window, min_periods=least).median().shift(1), dtype=np.float64)


def trailing_mean(values: Floats, window: int) -> Floats:
    """Return the mean of the finite values among each value and the `window` - 1 before it, [n]; NaN where it is not finite.

    Raises ValueError unless `window` is positive.
    """
    if window < 1:
        raise ValueError(f"window must be a positive number of values, got {window!r}")
    finite = np.isfinite(values)
    sums, counts = (np.cumsum(each) for each in (np.where(finite, values, 0.0), finite.astype(np.float64)))
    before = np.zeros(min(window, len(values)))
    sums, counts = (each - np.concatenate([before, each[:-window]]) for each in (sums, counts))
    means: Floats = np.divide(sums, counts, out=np.full(len(values), np.nan), where=finite)
    return means
