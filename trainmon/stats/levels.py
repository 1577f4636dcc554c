"""The level of a noisy series at a place, and several series on one grid."""

from __future__ import annotations

import numpy as np

from trainmon.stats.arrays import Floats

TRIMMED = 5  # a fifth of the values is left out at each end: single spikes do not move the mean


def levels(x: Floats, y: Floats, places: Floats, width: float) -> Floats:
    """Return the level of `y` at each place, [places]: the trimmed mean of the values in (place - width, place].

    Where none lies there, the line between the neighbours; NaN before the first and after the last finite value.
    Source of the trimmed mean: Tukey 1960 (A survey of sampling from contaminated distributions).
    """
    x, y = _ascending(x, y)
    if not len(x):
        return np.full(len(places), np.nan)
    found = np.interp(places, x, y, left=np.nan, right=np.nan)
    starts, stops = (np.searchsorted(x, ends, side="right") for ends in (places - width, places))
    for at, (start, stop) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
        if start < stop and found[at] == found[at]:
            found[at] = _trimmed_mean(y[start:stop])
    return np.asarray(found, dtype=np.float64)


def grid_means(x: Floats, y: Floats, edges: Floats) -> Floats:
    """Return the mean of `y` in each bin [edge, next edge), [edges - 1]; the last bin holds its end, too.

    A bin without a value is on the line between its neighbours' means, NaN outside the finite values.
    """
    x, y = _ascending(x, y)
    bins = len(edges) - 1
    where = np.searchsorted(edges, x, side="right") - 1
    where[x == edges[-1]] = bins - 1
    inside = (where >= 0) & (where < bins)
    counts = np.bincount(where[inside], minlength=bins)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):  # empty bins; values near the largest float
        means = np.bincount(where[inside], weights=y[inside], minlength=bins) / counts
    known = np.flatnonzero(counts)
    if not len(known):
        return np.full(bins, np.nan)
    return np.asarray(np.interp(np.arange(bins), known, means[known], left=np.nan, right=np.nan), dtype=np.float64)


def _ascending(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the pairs that are finite in both, x ascending."""
    usable = np.isfinite(x) & np.isfinite(y)
    x, y = x[usable], y[usable]
    if (x[1:] >= x[:-1]).all():
        return x, y
    order = np.argsort(x, kind="stable")
    return x[order], y[order]


def _trimmed_mean(values: Floats) -> float:
    cut = len(values) // TRIMMED
    kept = np.sort(values)[cut : len(values) - cut]
    with np.errstate(over="ignore"):  # values near the largest float
        return float(kept.mean())
