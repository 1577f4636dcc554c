"""A train loss that still falls at its end, so that more training may help.

A line is put through the last quarter of the rows. The loss still improves where it falls by more than 3 % of its level along
that line, where that trend is not chance, and where the validation, if there is one, was best in its last fifth. What is at rest
over its last third does not improve any more.

When it is wrong: without a validation, a loss that is being learned by heart falls just the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.diagnosis.plateau import change_along, change_at_rest, fallen_loss, level_at_the_end
from trainmon.stats.robust import block_medians
from trainmon.stats.trend import mann_kendall

KIND = "still_improving"


@dataclass(frozen=True)
class StillImprovingLimits:
    """How much a loss has to fall at its end."""

    improving_percent: float = limit(3.0, "% of the level", "a larger fall over the last quarter is worth going on for")


def find_still_improving(inputs: Inputs) -> Iterator[Finding]:
    """Yield a loss that falls over its last quarter, where validation agrees."""
    loss = fallen_loss(inputs)
    if loss is None:
        return
    quarter, level = loss.values[-(len(loss) // 4) :], level_at_the_end(loss)
    change, least = change_along(quarter), inputs.limits.of(StillImprovingLimits).improving_percent / 100 * level
    if not (change < -least and mann_kendall(block_medians(quarter)) < -inputs.limits.shared.trend_z):
        return
    if not _best_at_the_end(inputs.evaluation) or change_at_rest(inputs, loss) is not None:
        return
    evidence = {"change": Evidence(100 * change / level, "%"), "rows": Evidence(float(len(quarter) * loss.size), "rows")}
    yield Finding(KIND, "info", loss.metric, (int(loss.rows[-len(quarter)]),), evidence)


def _best_at_the_end(evaluation: Curve | None) -> bool:
    """Return whether validation was best in its last fifth; True where there is too little of it to say."""
    if evaluation is None or len(evaluation) < 4:
        return True
    return int(np.argmin(evaluation.values)) >= 0.8 * (len(evaluation) - 1)


CHECK = Check(
    KIND,
    ("info",),
    find_still_improving,
    StillImprovingLimits,
    excluded_by=("not_learning", "diverging", "overfitting", "non_finite"),
)
