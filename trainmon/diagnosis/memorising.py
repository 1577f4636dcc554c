"""A train loss that steps down at the border of each epoch and hardly falls between: the set is being learned by heart.

Each place where the loss drops by 10 % and more than noise explains is a step. It is memorising where the steps, two at least,
come at equal distances from the first row on, and make up most of the whole fall: a model that has seen a sample before does
better on it, so the loss falls as soon as the samples come again. It is an information, and a notice where the loss is below a
fifth of where it began. Where there is a validation, it tells more (`overfitting`), and nothing is said here; nor where the
learning rate was lowered at the steps.

When it is wrong: a learning rate that is lowered at equal distances and not logged looks the same; and two epochs of a small set
may be just what was meant.
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
from trainmon.stats.arrays import Floats, Indices
from trainmon.stats.robust import noise_around_curve
from trainmon.stats.smoothing import trailing_median

KIND = "memorising"
SIDE = 40  # a fortieth of the values, at least 3, is what stands on each side of a step
MEDIAN_ERROR = 1.25  # standard errors of a mean: that of a median
LOWERED = 0.7  # of the learning rate before: from here it was lowered
EQUAL = 1.15  # times the shortest distance is the longest: epochs have the same length


@dataclass(frozen=True)
class MemorisingLimits:
    """What a step is, and how much of the fall the steps make up."""

    epoch_step_percent: float = limit(10.0, "% of the loss before it", "a smaller step down is none that repeats matter for")
    epoch_step_noises: float = limit(5.0, "times the noise of both sides", "and a step is more than chance")
    fewest_epoch_steps: int = limit(2, "steps", "needed: with one, no distance can be compared")
    epoch_steps_share: float = limit(0.6, "of the whole fall", "is made in the steps: a loss that falls all along has no steps")
    by_heart_share: float = limit(0.2, "of the first level", "a notice from below it: little is left to learn")


def find_memorising(inputs: Inputs) -> Iterator[Finding]:
    """Yield a loss above 0 that steps down at equal distances, where no validation says what that is worth."""
    loss, limits = inputs.train, inputs.limits.of(MemorisingLimits)
    if loss is None or inputs.evaluation is not None or inputs.adversarial or len(loss) < inputs.limits.shared.fewest_rows:
        return
    if loss.lowest.min() <= 0:
        return
    side = max(3, len(loss) // SIDE)
    fallen = _fallen(np.log(loss.values), side)
    steps = _steps(loss, fallen, side, limits)
    if len(steps) < limits.fewest_epoch_steps or not _equally_far(steps, len(loss), side) or _rate_lowered(inputs, loss, steps):
        return
    whole = float(np.log(np.median(loss.values[: steps[0]]) / np.median(loss.values[steps[-1] :])))
    if not 0 < limits.epoch_steps_share * whole < fallen[steps].sum():
        return
    evidence = {
        "steps": Evidence(len(steps), "steps"),
        "step": Evidence(100 * float(-np.expm1(-np.median(fallen[steps]))), "%"),
        "first": Evidence(float(np.median(loss.values[: steps[0]]))),
        "last": Evidence(float(np.median(loss.values[steps[-1] :]))),
    }
    by_heart = whole > -np.log(limits.by_heart_share)
    yield Finding(KIND, "notice" if by_heart else "info", loss.metric, tuple(int(row) for row in loss.rows[steps]), evidence)


def _fallen(values: Floats, side: int) -> Floats:
    """Return how far the median from each value on lies below that of the values before it, [n]; 0 where a side is too short."""
    after = trailing_median(values[::-1], side, side)[::-1]  # of the values behind: one later than "from here on"
    fallen: Floats = np.nan_to_num(trailing_median(values, side, side) - np.append(np.nan, after[:-1]))
    return fallen


def _steps(loss: Curve, fallen: Floats, side: int, limits: MemorisingLimits) -> Indices:
    """Return the place of each step: the largest fall of each group of places that fall far enough."""
    chance = MEDIAN_ERROR * float(np.nan_to_num(noise_around_curve(np.log(loss.values)))) * np.sqrt(2 / side)
    least = max(-np.log1p(-limits.epoch_step_percent / 100), limits.epoch_step_noises * chance)
    places = np.flatnonzero(fallen > least)
    groups = np.split(places, np.flatnonzero(np.diff(places) > side) + 1) if len(places) else []
    return np.array([group[np.argmax(fallen[group])] for group in groups], dtype=np.int64)


def _equally_far(steps: Indices, count: int, side: int) -> bool:
    """Return whether the steps are equally far from each other and from the first value, and none is overdue."""
    lengths = np.diff(steps, prepend=0)
    longest = EQUAL * lengths.min() + 2
    return bool(lengths.max() <= longest and count - steps[-1] <= longest + side)


def _rate_lowered(inputs: Inputs, loss: Curve, steps: Indices) -> bool:
    """Return whether the learning rate was lowered around each step: a schedule in steps."""
    rate = inputs.learning_rate
    if rate is None or not len(rate):
        return False
    around = max(1, int(np.diff(steps, prepend=0).min()) // 4)
    before, after = np.maximum(steps - around, 0), np.minimum(steps + around, len(loss) - 1)
    return all(
        rate.at(int(loss.rows[late])) < 0.7 * rate.at(int(loss.rows[early])) for early, late in zip(before, after, strict=True)
    )


CHECK = Check(
    KIND, ("notice", "info"), find_memorising, MemorisingLimits, excluded_by=("not_learning", "diverging", "non_finite")
)
