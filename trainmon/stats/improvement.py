"""How much lower a loss ended than it began."""

from __future__ import annotations

import math
from dataclasses import dataclass

NAN = float("nan")


@dataclass(frozen=True)
class Improvement:
    """First minus final loss, absolute and in percent of the absolute first; NaN where not known."""

    absolute: float
    percent: float


def improvement(first: float | None, final: float | None) -> Improvement:
    """Return how far a loss fell from `first` to `final`; both NaN where one is missing, percent NaN where first is 0.

    Source: `loss_improvement` and `loss_improvement_pct` of the guide's training_summary.json.
    """
    if first is None or final is None:
        return Improvement(NAN, NAN)
    absolute = _finite_or_nan(float(first) - float(final))
    percent = 100 * (absolute / abs(float(first))) if first else NAN
    return Improvement(absolute, _finite_or_nan(percent))


def _finite_or_nan(value: float) -> float:
    return value if math.isfinite(value) else NAN
