"""Fewer points that draw the same line."""

from __future__ import annotations

import numpy as np
from tsdownsample import MinMaxLTTBDownsampler

from trainmon.stats.arrays import Floats, Indices, Mask

FEWEST_SPAN = 1e-9  # of the x range; bins over less than that end in rounding, and tsdownsample 0.1.5 panics there
GOLDEN = 0.6180339887498949  # (sqrt 5 - 1) / 2
THINNER = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]  # tsdownsample annotates no constructor


def thin(x: Floats, y: Floats, limit: int) -> Indices:
    """Return the ascending indices of at most `limit` points that draw nearly the same line as all of them.

    From a limit of 4 on, the first and last row and the smallest and largest finite y are among them. Each stretch of
    finite y keeps its ends, and one non-finite row stays in each gap between two, so that the line breaks there; where
    `limit` is too small for that, only the longest gaps stay. x that is not ascending and finite becomes the index.
    Source: MinMaxLTTB, Van Der Donckt et al. 2023 (arXiv 2305.00332), by tsdownsample.
    """
    if limit >= len(y):
        return np.arange(len(y), dtype=np.int64)
    finite = np.isfinite(y)
    wanted = _essential(y, finite)
    budget = limit - len(wanted)
    if budget <= 0 or not finite.any():
        return np.sort(wanted[: max(limit, 0)])
    x = x if _ascending(x) else np.arange(len(y), dtype=np.float64)
    return np.union1d(wanted, _line(x, y, finite, budget))


def spread(count: int, limit: int) -> Indices:
    """Return at most `limit` ascending indices of `count` values that stand for all of them, the last one included.

    One of each stretch of equal length, at a place in it that keeps changing: every k-th value would always meet the same
    place of a sawtooth. Source: the additive sequence of the golden ratio, Weyl 1916 (Math. Ann. 77, 313-352).
    """
    if count <= limit:
        return np.arange(count, dtype=np.int64)
    edges = np.arange(limit + 1, dtype=np.int64) * count // limit
    inside = np.arange(limit, dtype=np.float64) * GOLDEN % 1
    found: Indices = edges[:-1] + (inside * np.diff(edges)).astype(np.int64)
    found[-1] = count - 1
    return found


def isolated(y: Floats) -> Mask:
    """Return which finite values have no finite neighbour: a line does not show them, they need a point mark."""
    finite = np.pad(np.isfinite(y), 1)
    alone: Mask = finite[1:-1] & ~finite[:-2] & ~finite[2:]
    return alone


def _essential(y: Floats, finite: Mask) -> Indices:
    """Return the indices that always stay, the most important first, none twice."""
    at = [0, len(y) - 1]
    if finite.any():
        at += [int(np.argmin(np.where(finite, y, np.inf))), int(np.argmax(np.where(finite, y, -np.inf)))]
    return np.array(list(dict.fromkeys(at)), dtype=np.int64)


def _ascending(x: Floats) -> bool:
    """Return whether `x` never goes back and holds only finite values over a finite range."""
    with np.errstate(over="ignore", invalid="ignore"):  # infinite ends, or a range above the largest float
        return bool((x[1:] >= x[:-1]).all() and np.isfinite(x[-1] - x[0]))


def _line(x: Floats, y: Floats, finite: Mask, budget: int) -> Indices:
    """Return at most `budget` (1 or more) indices: the finite stretches thinned, and a row of each gap between them."""
    at = np.flatnonzero(finite)
    x, y = x[at], y[at]
    cuts = _cuts(np.diff(at) - 1, budget)
    starts, stops = np.append(0, cuts), np.append(cuts, len(at))
    takes = _shares(stops - starts, budget - len(cuts))
    stretches = zip(starts.tolist(), stops.tolist(), takes.tolist(), strict=True)
    picks = [start + _thin_finite(x[start:stop], y[start:stop], take) for start, stop, take in stretches]
    return np.concatenate([at[np.concatenate(picks)], at[cuts] - 1])


def _cuts(gaps: Indices, budget: int) -> Indices:
    """Return where a line of points breaks, given the missing rows after each: at each gap if `budget` allows for it.

    Where it does not, a quarter of it buys the longest gaps; of gaps equally long all or none, so that no part of the
    line looks more broken than another.
    """
    cuts = np.flatnonzero(gaps) + 1
    lengths = np.diff(cuts, prepend=0, append=len(gaps) + 1)
    if np.minimum(lengths, 2).sum() + len(cuts) <= budget:
        return cuts
    most = max(0, (budget - 2) // 4)
    return np.flatnonzero(gaps > np.sort(gaps)[-most - 1]) + 1


def _shares(lengths: Indices, budget: int) -> Indices:
    """Return how many points each stretch keeps: its two ends, and its share of what is left of `budget`."""
    ends = np.minimum(lengths, 2)
    inner = lengths - ends
    spare = max(0, budget - int(ends.sum()))
    # More is left than there are inner points where the gaps are long: then every stretch stays whole.
    shares: Indices = ends + np.minimum(inner, spare * inner // max(1, int(inner.sum())))
    return np.minimum(shares, budget)


def _thin_finite(x: Floats, y: Floats, limit: int) -> Indices:
    """Return at most `limit` (1 or more) indices of a stretch without gaps; both ends are kept from 2 on."""
    if limit >= len(y):
        return np.arange(len(y), dtype=np.int64)
    if limit <= 2:
        return np.array([0, len(y) - 1][:limit], dtype=np.int64)
    y = np.ascontiguousarray(y)
    x = x - x[0]
    arrays = (x, y) if x[-2] - x[1] > FEWEST_SPAN * x[-1] else (y,)
    picked: Indices = THINNER.downsample(*arrays, n_out=limit).astype(np.int64)
    return picked
