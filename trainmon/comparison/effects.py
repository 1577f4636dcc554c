"""Which settings go with the result: what a sweep is looked at for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainmon.comparison.configuration import comparable, is_naming
from trainmon.comparison.model import Outcome
from trainmon.stats.arrays import Floats
from trainmon.stats.rank import rank_correlation

FEWEST_RUNS = 5  # below that a setting against a result is no picture


@dataclass(frozen=True, eq=False)
class Effect:
    """A setting against the result of each run that has both, in order.

    `runs` are their places, `values` the setting (`numbers` where all are numbers, else None), `results` the compared metric at
    the equal position (the best where there is none). `correlation` is Spearman's of numbers, None where it is not defined.
    """

    key: str
    runs: tuple[int, ...]
    values: tuple[Any, ...]
    numbers: Floats | None
    results: Floats
    correlation: float | None


def effects_of(outcome: Outcome) -> tuple[Effect, ...]:
    """Return the settings that differ between at least five runs with a result, the strongest rank correlation first."""
    results = [one.at_equal if outcome.ranked_by == "level" else one.best for one in outcome.standings]
    if sum(result is not None for result in results) < FEWEST_RUNS:
        return ()
    found = [_effect(key, values, results) for key, values in outcome.differences.items() if not is_naming(key)]
    kept = [each for each in found if len(each.runs) >= FEWEST_RUNS and len({comparable(value) for value in each.values}) > 1]
    return tuple(sorted(kept, key=lambda each: -abs(each.correlation or 0.0)))


def _effect(key: str, values: Sequence[Any], results: Sequence[float | None]) -> Effect:
    there = [
        (at, value, result)
        for at, (value, result) in enumerate(zip(values, results, strict=True))
        if value is not None and result is not None
    ]
    settings = [value for _, value, _ in there]
    reached = np.array([result for _, _, result in there], dtype=np.float64)
    numbers = np.array(settings, dtype=np.float64) if settings and all(map(_is_number, settings)) else None
    correlation = rank_correlation(numbers, reached) if numbers is not None else np.nan
    known = float(correlation) if np.isfinite(correlation) else None
    return Effect(key, tuple(at for at, _, _ in there), tuple(settings), numbers, reached, known)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
