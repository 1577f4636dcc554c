"""How far two sides are from each other, and whether that is more than noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trainmon.comparison.model import Basis, Contrast, Spread, Verdict
from trainmon.comparison.position import Places, Position, levels_before, usual_count
from trainmon.run import Floats
from trainmon.stats.difference import Interval, by_scatter, by_seeds

ERROR = 0.05  # the chance of calling noise a difference


@dataclass(frozen=True)
class Contender:
    """What is known of a side: its runs' points and their levels at the equal position, those without one left out."""

    places: tuple[Places, ...]
    levels: Floats


def spread(values: Sequence[float | None]) -> Spread | None:
    """Return mean and standard deviation of the known values, None where there is none."""
    known = np.array([value for value in values if value is not None])
    if not len(known):
        return None
    return Spread(float(known.mean()), float(known.std(ddof=1)) if len(known) > 1 else None, len(known))


def contrast(
    contenders: Sequence[Contender], one: int, other: int, position: Position, *, better_high: bool, looks: int = 1
) -> Contrast | None:
    """Return how far side `one` is from side `other`, None where either has no level.

    `looks` is how many such contrasts are made at once: each may err the less. Source: Dunn 1961 (J. Am. Stat. Assoc. 56).
    """
    first, second = contenders[one], contenders[other]
    if not len(first.levels) or not len(second.levels):
        return None
    error = ERROR / max(looks, 1)
    rest = [each.levels for at, each in enumerate(contenders) if at not in (one, other)]
    interval, basis = by_seeds(first.levels, second.levels, rest, error=error), _basis(first, second)
    if not interval.known:
        interval, basis = _by_scatter(first.places[0], second.places[0], position, error), "scatter"
    difference = float(first.levels.mean() - second.levels.mean())
    against = abs(float(second.levels.mean()))
    noise = interval.half_width if interval.known else None
    return Contrast(
        one=one,
        other=other,
        difference=difference,
        percent=100 * difference / against if against else None,
        noise=noise,
        noise_percent=100 * noise / against if noise is not None and against else None,
        basis=basis if interval.known else "",
        verdict=_verdict(difference, noise, better_high=better_high),
    )


def _basis(first: Contender, second: Contender) -> Basis:
    return "seeds" if len(first.levels) > 1 and len(second.levels) > 1 else "pooled seeds"


def _by_scatter(one: Places, other: Places, position: Position, error: float) -> Interval:
    count = usual_count(one, other, position)
    return by_scatter(levels_before(one, position, count), levels_before(other, position, count), error=error)


def _verdict(difference: float, noise: float | None, *, better_high: bool) -> Verdict:
    if noise is None:
        return "unknown"
    if abs(difference) <= noise:
        return "close"
    return "better" if (difference > 0) == better_high else "worse"
