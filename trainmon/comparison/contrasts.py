"""How far two sides are from each other, and whether that is more than noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trainmon.comparison.model import Basis, Contrast, Spread, Verdict
from trainmon.comparison.position import Places, Position, levels_before, usual_count
from trainmon.stats.arrays import Floats
from trainmon.stats.difference import Distance, by_scatter, by_seeds, chance_for_all

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


def distance(contenders: Sequence[Contender], one: int, other: int, position: Position) -> tuple[Distance, Basis] | None:
    """Return how far side `one` is from side `other`, and what the error of that is from; None where either has no level."""
    first, second = contenders[one], contenders[other]
    if not len(first.levels) or not len(second.levels):
        return None
    rest = [each.levels for at, each in enumerate(contenders) if at not in (one, other)]
    found = by_seeds(first.levels, second.levels, rest)
    if found.known:
        return found, "seeds" if len(first.levels) > 1 and len(second.levels) > 1 else "pooled seeds"
    count = usual_count(first.places[0], second.places[0], position)
    found = by_scatter(*(levels_before(side.places[0], position, count) for side in (first, second)))
    return found, "scatter"


def contrast(
    contenders: Sequence[Contender], one: int, other: int, found: tuple[Distance, Basis], *, better_high: bool, chance: float
) -> Contrast:
    """Return the distance between two sides as it is to be judged: `chance` is that of calling noise a difference."""
    measured, basis = found
    first, second = contenders[one].levels, contenders[other].levels
    difference, against = float(first.mean() - second.mean()), abs(float(second.mean()))
    noise = measured.half_width(chance) if measured.known else None
    return Contrast(
        one=one,
        other=other,
        difference=difference,
        percent=100 * difference / against if against else None,
        noise=noise,
        noise_percent=100 * noise / against if noise is not None and against else None,
        basis=basis if measured.known else "",
        verdict=_verdict(difference, noise, better_high=better_high),
    )


def to_baseline(
    contenders: Sequence[Contender], base: int, position: Position | None, *, better_high: bool
) -> list[Contrast | None]:
    """Return how far each side is from the baseline's, None for itself and where either has no level there."""
    others = [at for at in range(len(contenders)) if at != base] if position is not None else []
    found = {at: distance(contenders, at, base, position) for at in others if position is not None}
    chance = chance_for_all([each[0].chance for each in found.values() if each is not None], ERROR)
    made: list[Contrast | None] = [None] * len(contenders)
    for at, each in found.items():
        if each is not None:
            made[at] = contrast(contenders, at, base, each, better_high=better_high, chance=chance)
    return made


def _verdict(difference: float, noise: float | None, *, better_high: bool) -> Verdict:
    if noise is None:
        return "unknown"
    if abs(difference) <= noise:
        return "close"
    return "better" if (difference > 0) == better_high else "worse"
