"""Whether two trainings differ by more than noise: an interval around their difference, wide rather than narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from trainmon.run import Floats

FEWEST = 3  # differences below which their scatter says nothing
FEWEST_FOR_CORRELATION = 5
ASSUMED_CORRELATION = 0.5  # of neighbouring differences where they are too few to tell
MOST_CORRELATION = 0.9
LARGEST_FREEDOM = 1000.0  # beyond that a t is a normal distribution


@dataclass(frozen=True)
class Interval:
    """A difference with the half width of its interval of confidence; both in the values' unit, NaN = not known."""

    difference: float
    half_width: float

    @property
    def known(self) -> bool:
        """True where noise could be told from a difference."""
        return bool(np.isfinite(self.difference) and np.isfinite(self.half_width))

    @property
    def beyond(self) -> bool:
        """True where the interval leaves 0 out."""
        return self.known and abs(self.difference) > self.half_width


def by_scatter(one: Floats, other: Floats, *, error: float = 0.05) -> Interval:
    """Return the interval of the last of the differences between two series at the same places, by their own scatter.

    The differences along the second half count (at least three, both series finite): what the two have in common - the
    falling loss, the same batches - is out of them, and a difference that grows widens the interval. Their standard deviation
    is corrected for the correlation of neighbours. `error` is the chance of calling noise a difference.
    Sources: Student 1908 for the interval; Bayley & Hammersley 1946 (J. R. Stat. Soc. Suppl. 8) for the variance of
    correlated values; Marriott & Pope 1954 (Biometrika 41) for the bias of the correlation.
    """
    with np.errstate(invalid="ignore", over="ignore"):  # values near the largest float
        differences = one - other
        last = float(differences[-1]) if len(differences) else np.nan
        half = max(-(-len(differences) // 2), FEWEST)
        recent = differences[-half:][np.isfinite(differences[-half:])]
        if not np.isfinite(last) or len(recent) < FEWEST:
            return Interval(last, np.nan)
        spread = float(recent.std(ddof=1)) / np.sqrt(1 - _mean_correlation(recent))
        return Interval(last, t_quantile(len(recent) - 1, error) * spread)


def by_seeds(one: Floats, other: Floats, others: Sequence[Floats] = (), *, error: float = 0.05) -> Interval:
    """Return the interval of the difference of two means, one value a seed in each; NaN where no group has two values.

    Welch's interval where both have two or more, else by the standard deviation pooled over all groups, `others` included: one
    run alone is taken to scatter as seeds of the rest do. Sources: Welch 1947 (Biometrika 34); Satterthwaite 1946 for its
    degrees of freedom; the pooled variance is that of Student's two-sample t.
    """
    difference = float(one.mean() - other.mean())
    if len(one) > 1 and len(other) > 1:
        parts = np.array([one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)])
        below = float((parts**2 / (np.array([len(one), len(other)]) - 1)).sum())
        freedom = float(parts.sum() ** 2 / below) if below > 0 else float(len(one) + len(other) - 2)
        return Interval(difference, t_quantile(freedom, error) * float(np.sqrt(parts.sum())))
    groups = [group for group in (one, other, *others) if len(group) > 1]
    free = sum(len(group) - 1 for group in groups)
    if not free:
        return Interval(difference, np.nan)
    variance = sum(float(group.var(ddof=1)) * (len(group) - 1) for group in groups) / free
    return Interval(difference, t_quantile(free, error) * float(np.sqrt(variance * (1 / len(one) + 1 / len(other)))))


@lru_cache(maxsize=1024)
def t_quantile(freedom: float, error: float) -> float:
    """Return the t that |t| passes with the chance `error`, for `freedom` >= 1 degrees of freedom.

    By integrating the density, with t = sqrt(freedom) tan(angle). Source: Student 1908 (Biometrika 6); Fisher 1925.
    """
    freedom = min(max(freedom, 1.0), LARGEST_FREEDOM)
    angles = np.linspace(0.0, np.pi / 2, 20_001)
    density = np.cos(angles) ** (freedom - 1)
    chance = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
    return float(np.sqrt(freedom) * np.tan(np.interp(1 - error, chance / chance[-1], angles)))


def _mean_correlation(values: Floats) -> float:
    """Return the mean correlation between two of the values, taken as a first-order autoregression, in [0, 1)."""
    count = len(values)
    around = values - values.mean()
    total = float(around @ around)
    if count < FEWEST_FOR_CORRELATION:
        one_apart = ASSUMED_CORRELATION
    elif total > 0:
        one_apart = float(around[1:] @ around[:-1]) / total
        one_apart = float(np.clip(one_apart + (1 + 4 * one_apart) / count, 0.0, MOST_CORRELATION))
    else:
        return 0.0
    apart = np.arange(1, count)
    return float(2 * ((count - apart) * one_apart**apart).sum() / (count * (count - 1)))
