"""A train loss that fell and has come to rest over its last third.

A line is put through the last third. It is a plateau where that line falls by less than 1 % of the level, by less than 2 % of
the whole fall, or by no more than noise explains, and does not rise by 10 % either. Where the learning rate has fallen to a
twentieth of its highest, the loss has converged with its schedule, and nothing has to be done. A loss that never fell is not
learning, and has no plateau.

When it is wrong: a learning rate that is still to fall may lower the loss again, and a staircase, one step an epoch, looks flat
on each of its steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.diverging import DivergingLimits
from trainmon.diagnosis.evidence import learning_rate
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.diagnosis.not_learning import NotLearningLimits
from trainmon.stats.arrays import Floats
from trainmon.stats.robust import block_medians, theil_sen
from trainmon.stats.trend import mann_kendall

KIND = "plateau"


@dataclass(frozen=True)
class PlateauLimits:
    """Up to which change over its last third a loss is at rest."""

    plateau_percent: float = limit(1.0, "% of the level", "a smaller fall is rest")
    plateau_of_fall_percent: float = limit(2.0, "% of the whole fall", "and so is a smaller part of it")
    plateau_noises: float = limit(3.0, "standard errors of the slope", "and so are fewer, where no trend is significant ...")
    plateau_noise_percent: float = limit(8.0, "% of the level", "... up to this: with more noise, nothing can be told")
    decayed_share: float = limit(0.05, "of the highest learning rate", "below it the schedule is at its end")


def find_plateau(inputs: Inputs) -> Iterator[Finding]:
    """Yield a loss that is at rest, with its schedule or without."""
    loss = fallen_loss(inputs)
    if loss is None or (change := change_at_rest(inputs, loss)) is None:
        return
    rate, third = inputs.learning_rate, last_third(loss)
    share = inputs.limits.of(PlateauLimits).decayed_share
    decayed = rate is not None and len(rate) > 0 and rate.values[-1] < share * rate.values.max()
    evidence = {
        "change": Evidence(100 * change / level_at_the_end(loss), "%"),
        "rows": Evidence(float(len(third) * loss.size), "rows"),
        **learning_rate(inputs),
    }
    yield Finding(KIND, "info", loss.metric, (int(loss.rows[-len(third)]),), evidence, "converged" if decayed else "flat")


def fallen_loss(inputs: Inputs) -> Curve | None:
    """Return the train loss where it had to fall and did, None where nothing is to be said of its end."""
    loss = inputs.train
    if loss is None or len(loss) < inputs.limits.shared.fewest_rows or inputs.adversarial:
        return None
    return loss if _whole_fall(loss) > inputs.limits.of(NotLearningLimits).flat_percent / 100 * loss.level else None


def change_at_rest(inputs: Inputs, loss: Curve) -> float | None:
    """Return by how much a loss changed over its last third, None where that is more than rest."""
    limits, most = inputs.limits.of(PlateauLimits), inputs.limits.of(DivergingLimits).rise_percent
    third, level = last_third(loss), level_at_the_end(loss)
    change = change_along(third)
    small = max(limits.plateau_percent / 100 * level, limits.plateau_of_fall_percent / 100 * _whole_fall(loss))
    return change if -max(small, _by_chance(inputs, loss, third, level)) < change < most / 100 * level else None


def last_third(loss: Curve) -> Floats:
    """Return the last third of the values."""
    return loss.values[-(len(loss) // 3) :]


def level_at_the_end(loss: Curve) -> float:
    """Return what percentages of a late change are of."""
    return float(np.median(last_third(loss))) if loss.values.min() > 0 else loss.level


def change_along(values: Floats) -> float:
    """Return by how much values change along their Theil-Sen line."""
    blocks = block_medians(values)
    return theil_sen(np.arange(len(blocks), dtype=np.float64), blocks) * (len(blocks) - 1)


def _whole_fall(loss: Curve) -> float:
    return loss.start() - float(loss.blocks[-5:].min())


def _by_chance(inputs: Inputs, loss: Curve, last: Floats, level: float) -> float:
    """Return the fall over the last values that noise alone explains, 0 where their trend is significant all the same."""
    limits = inputs.limits.of(PlateauLimits)
    if mann_kendall(block_medians(last)) < -inputs.limits.shared.trend_z:
        return 0.0
    slope_error = loss.noise * np.sqrt(12 / len(last))  # of a straight line, along its whole length
    return float(min(limits.plateau_noise_percent / 100 * level, limits.plateau_noises * slope_error))


CHECK = Check(
    KIND,
    ("info",),
    find_plateau,
    PlateauLimits,
    follows=("overfitting",),
    excluded_by=("not_learning", "diverging", "non_finite"),
)
