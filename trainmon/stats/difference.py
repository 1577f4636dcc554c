"""Whether two trainings differ by more than noise: an interval around their difference, wide rather than narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from trainmon.stats.arrays import Floats

FEWEST = 3  # differences below which their scatter says nothing
FEWEST_FOR_CORRELATION = 5
ASSUMED_CORRELATION = 0.5  # of neighbouring differences where they are too few to tell
MOST_CORRELATION = 0.9
LARGEST_FREEDOM = 1000.0  # beyond that a t is a normal distribution


@dataclass(frozen=True)
class Distance:
    """A difference with its standard error, both in the values' unit, and the degrees of freedom of that error.

    NaN is what is not known.
    """

    difference: float
    error: float
    freedom: float

    @property
    def known(self) -> bool:
        """True where noise could be told from a difference."""
        return bool(np.isfinite(self.difference) and np.isfinite(self.error))

    @property
    def chance(self) -> float:
        """The chance of a difference as large by noise alone (p, two-sided), NaN where not known."""
        if not self.known:
            return float("nan")
        if not self.error:
            return 1.0 if self.difference == 0 else 0.0
        return t_chance(abs(self.difference) / self.error, self.freedom)

    def half_width(self, chance: float) -> float:
        """Return the half width of the interval that noise alone leaves with this `chance`."""
        return t_quantile(self.freedom, chance) * self.error if self.known else float("nan")


def by_scatter(one: Floats, other: Floats) -> Distance:
    """Return the last of the differences between two series at the same places, with the error that their own scatter tells.

    The differences along the second half count (at least three, both series finite): what the two have in common - the
    falling loss, the same batches - is out of them, and a difference that grows widens the error. Their standard deviation
    is corrected for the correlation of neighbours. Sources: Student 1908; Bayley & Hammersley 1946 (J. R. Stat. Soc. Suppl.
    8) for the variance of correlated values; Marriott & Pope 1954 (Biometrika 41) for the bias of the correlation.
    """
    with np.errstate(invalid="ignore", over="ignore"):  # values near the largest float
        differences = one - other
        last = float(differences[-1]) if len(differences) else np.nan
        half = max(-(-len(differences) // 2), FEWEST)
        recent = differences[-half:][np.isfinite(differences[-half:])]
        if not np.isfinite(last) or len(recent) < FEWEST:
            return Distance(last, np.nan, np.nan)
        spread = float(recent.std(ddof=1)) / np.sqrt(1 - _mean_correlation(recent))
        return Distance(last, spread, len(recent) - 1.0)


def by_seeds(one: Floats, other: Floats, others: Sequence[Floats] = ()) -> Distance:
    """Return the difference of two means, one value a seed in each; its error is NaN where no group has two values.

    Welch's error where both have two or more, else the standard deviation pooled over all groups, `others` included: one
    run alone is taken to scatter as seeds of the rest do. Sources: Welch 1947 (Biometrika 34); Satterthwaite 1946 for its
    degrees of freedom; the pooled variance is that of Student's two-sample t.
    """
    difference = float(one.mean() - other.mean())
    if len(one) > 1 and len(other) > 1:
        parts = np.array([one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)])
        below = float((parts**2 / (np.array([len(one), len(other)]) - 1)).sum())
        freedom = float(parts.sum() ** 2 / below) if below > 0 else float(len(one) + len(other) - 2)
        return Distance(difference, float(np.sqrt(parts.sum())), freedom)
    groups = [group for group in (one, other, *others) if len(group) > 1]
    free = sum(len(group) - 1 for group in groups)
    if not free:
        return Distance(difference, np.nan, np.nan)
    variance = sum(float(group.var(ddof=1)) * (len(group) - 1) for group in groups) / free
    return Distance(difference, float(np.sqrt(variance * (1 / len(one) + 1 / len(other)))), float(free))


def chance_for_all(chances: Sequence[float], error: float = 0.05) -> float:
    """Return the chance at which each of several differences is to be judged, so that few of those found are noise.

    With R found of m that is R error / m, and error / m where none is. Source: Benjamini & Hochberg 1995 (J. R. Stat. Soc. B
    57); the intervals of those found are Benjamini & Yekutieli's of 2005 (J. Am. Stat. Assoc. 100).
    """
    known = np.sort([chance for chance in chances if chance == chance])
    if not len(known):
        return error
    found = np.flatnonzero(known <= error * np.arange(1, len(known) + 1) / len(known))
    return float(error * (found[-1] + 1 if len(found) else 1) / len(known))


def t_quantile(freedom: float, chance: float) -> float:
    """Return the t that |t| passes with this `chance`, for `freedom` >= 1. Source: Student 1908 (Biometrika 6)."""
    freedom = min(max(freedom, 1.0), LARGEST_FREEDOM)
    angles, within = _t_table(freedom)
    return float(np.sqrt(freedom) * np.tan(np.interp(1 - chance, within, angles)))


def t_chance(t: float, freedom: float) -> float:
    """Return the chance that |t| is larger than `t` >= 0, for `freedom` >= 1. Source: as `t_quantile`."""
    freedom = min(max(freedom, 1.0), LARGEST_FREEDOM)
    angles, within = _t_table(freedom)
    return float(1 - np.interp(np.arctan(t / np.sqrt(freedom)), angles, within))


@lru_cache(maxsize=256)
def _t_table(freedom: float) -> tuple[Floats, Floats]:
    """Return angles from 0 to a right one, and the chance of |t| below sqrt(freedom) tan(angle), by integrating the density."""
    angles = np.linspace(0.0, np.pi / 2, 20_001)
    density = np.cos(angles) ** (freedom - 1)
    within = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
    return angles, within / within[-1]


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
