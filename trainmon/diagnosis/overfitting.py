"""A validation loss that rises since its best point while the train loss falls on: the training is being learned by heart.

The last three validations are compared with the best one. It is overfitting where they are more than 5 % worse, and worse than
the noise of the validations explains, where at least two came after the best and they go up rather than to and fro, and where
the train loss fell by 2 % in the meantime. From 20 % on it is an error, except where a score such as accuracy still improves.
With two or three validations in all it is a notice. A first validation far above the others, of an untrained batch norm, is not
what they are compared with.

It is a notice as soon as the newest validation lies far above the best, or the newest two, three or four clearly. An alarm waits
until a third of the validations came after the best, or until they are 30 % worse, and is none while they come back.

When it is wrong: a small validation set moves by chance, so validate on more samples. A validation that rises in the middle of a
run is noticed as overfitting until it falls again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.stats.arrays import Floats
from trainmon.stats.robust import noise_around_curve
from trainmon.stats.smoothing import running_median
from trainmon.stats.trend import kendall_tau

KIND = "overfitting"
SMOOTHED_FROM = 9  # validations: a median of three then takes single outliers out
HUMP = 3.0  # times the median: a first validation above it is of an untrained batch norm
LAST = 3  # validations whose median is where it ends
FEWEST_LASTING = 3  # validations after the best: with fewer, nothing lasts
NEXT_NEWEST = ((2, 3.0, 2.0), (3, 2.25, 1.5), (4, 1.75, 1.5))  # how many newest, each so many noises and so many % above the best
FEW_OF_FALL = 0.25  # of two or three validations: a rise by a smaller part of the fall before it may be noise
FEW_NOISIER = 2  # the noise of fewer validations than these may be twice what it seems
STILL_UP, HIGHEST = 0.75, 0.9  # of the rise to the highest tenth: what is below that is on its way back
ALARM_CLEAR = 1.5  # times what chance explains
MOST_AFTER = 0.1  # of the validations have to come after the best, and at least two


@dataclass(frozen=True)
class OverfittingLimits:
    """From where on a validation got worse, and the train loss better."""

    worse_percent: float = limit(
        5.0, "% of the best", "from here it is worse: the coarsest limit for a generalisation loss in Prechelt 1998"
    )
    much_worse_percent: float = limit(20.0, "% of the best", "an error from here: the last checkpoint is not worth keeping")
    few_worse_percent: float = limit(2.0, "% of the best", "worth a notice where there are two or three validations")
    worse_tau: float = limit(0.3, "Kendall's tau", "after the best it has to go up rather than to and fro (trials)")
    worse_noises: float = limit(
        2.5, "times the noise of the validations", "and to be so much worse: the best of many is lowest by chance, too"
    )
    tall_percent: float = limit(30.0, "% of the best", "an alarm from here: a validation that falls again rose by less (trials)")
    lasting_share: float = limit(0.33, "of the validations", "or where so many came after the best: a hump is over by then")
    newest_worse_noises: float = limit(6.0, "times the noise", "the newest alone is a notice from here; two and three need less")
    newest_worse_percent: float = limit(6.0, "% of the best", "and where it is so much worse")
    few_steady_percent: float = limit(10.0, "% of the best", "three rises in a row need no noise to be compared with from here")
    fewest_for_error: int = limit(5, "validations", "needed for an error: it needs more than a warning")
    train_fell_percent: float = limit(
        2.0, "% of the train loss", "which has to fall meanwhile: otherwise nothing is learned by heart"
    )


def find_overfitting(inputs: Inputs) -> Iterator[Finding]:
    """Yield a validation that rises since its best point while the train loss falls on; else one whose newest values rose."""
    evaluation, train = inputs.evaluation, inputs.train
    if evaluation is None or train is None or len(evaluation) < 2 or len(train) < 2 or inputs.adversarial:
        return
    if len(evaluation) < inputs.limits.shared.fewest_evaluations:
        found = _few(inputs, evaluation, train)
    else:
        found = _over_all(inputs, evaluation, train) or _in_newest(inputs, evaluation, train)
    if found is not None:
        yield found


def _over_all(inputs: Inputs, evaluation: Curve, train: Curve) -> Finding | None:
    limits, values = inputs.limits.of(OverfittingLimits), evaluation.values
    smooth = running_median(values, 3) if len(values) >= SMOOTHED_FROM else values
    best = _best(smooth)
    after, scale = values[best + 1 :], _scale(evaluation, float(smooth[best]))
    if len(after) < max(2, MOST_AFTER * len(values)):
        return None
    end = float(np.median(after[-LAST:]))
    worse, steady = end - float(smooth[best]), _rises_at_the_end(values)
    least = limits.few_steady_percent if steady == LAST else limits.worse_percent
    by_chance = 0.0 if steady >= LAST and worse > least / 100 * scale else limits.worse_noises * _noise(values)
    if worse <= max(limits.worse_percent / 100 * scale, by_chance) or not kendall_tau(smooth[best:]) > limits.worse_tau:
        return None
    if not _train_fell(inputs, train, int(evaluation.rows[best]), limits.train_fell_percent):
        return None
    much = worse > limits.much_worse_percent / 100 * scale and len(values) >= limits.fewest_for_error
    severity: Severity = "error" if much else "warning"
    long = len(after) >= max(FEWEST_LASTING, limits.lasting_share * len(values))
    tall = worse > limits.tall_percent / 100 * scale
    now = max(end, float(np.median(values[-2:])))
    comes_back = now - smooth[best] < STILL_UP * (np.quantile(after, HIGHEST) - smooth[best])
    if not (long or tall) or comes_back or worse <= ALARM_CLEAR * by_chance:
        severity = "notice"
    return _finding(inputs, evaluation, train, severity, best, end)


def _in_newest(inputs: Inputs, evaluation: Curve, train: Curve) -> Finding | None:
    """Return a notice where the newest three validations, the newest two or a very high newest one lie clearly above the best."""
    limits, values = inputs.limits.of(OverfittingLimits), evaluation.values
    many = len(values) >= SMOOTHED_FROM
    smooth = running_median(values, 3) if many else values
    best, level, noise = _best(values), float(smooth[_best(smooth)]), _noise(values) * (1 if many else FEW_NOISIER)
    needed = ((1, limits.newest_worse_noises, limits.newest_worse_percent), *NEXT_NEWEST)
    scale = _scale(evaluation, level)
    risen = any(
        len(values) - 1 - best >= count and values[-count:].min() - level > max(noises * noise, percent / 100 * scale)
        for count, noises, percent in needed
    )
    if not risen or not _train_fell(inputs, train, int(evaluation.rows[best]), 0.0):
        return None
    return _finding(inputs, evaluation, train, "notice", best, float(values[-1]))


def _best(values: Floats) -> int:
    """Return the place of the lowest validation, without a first one far above the others."""
    humps = int(values[0] > HUMP * np.median(values))
    return int(np.argmin(values[humps:])) + humps


def _scale(evaluation: Curve, best: float) -> float:
    return abs(best) if evaluation.values.min() > 0 else evaluation.level


def _rises_at_the_end(values: Floats) -> int:
    """Return how many validations in a row, up to the newest, were each higher than the one before it."""
    falls = np.flatnonzero(np.diff(values) <= 0)
    return len(values) - 1 - (int(falls[-1]) + 1 if len(falls) else 0)


def _train_fell(inputs: Inputs, train: Curve, row: int, percent: float) -> bool:
    """Return whether the train loss is lower now than around a row by so much: else nothing is learned by heart."""
    then = abs(float(train.smooth_at(np.array([row]))[0])) or 1.0
    return _fell_since(train, row) >= percent / 100 * (then if train.values.min() > 0 else train.level)


def _finding(inputs: Inputs, evaluation: Curve, train: Curve, severity: Severity, best: int, end: float) -> Finding:
    row, lowest = int(evaluation.rows[best]), float(evaluation.values[best])
    evidence = {
        "best": Evidence(lowest),
        "now": Evidence(end),
        "worse": Evidence(100 * (end - lowest) / _scale(evaluation, lowest), "%"),
        "evaluations_after": Evidence(len(evaluation) - 1 - best, "evaluations"),
        "train_then": Evidence(float(train.smooth_at(np.array([row]))[0])),
        "train_now": Evidence(train.end()),
    }
    improved = _score_still_improves(inputs.scores, row)
    if improved is not None:
        evidence["score_then"], evidence["score_best"] = Evidence(improved[0]), Evidence(improved[1])
        severity = "warning" if severity == "error" else severity
    return Finding(KIND, severity, evaluation.metric, (row,), evidence, "score improves" if improved else "")


def _few(inputs: Inputs, evaluation: Curve, train: Curve) -> Finding | None:
    """Return a notice where two or three validations end above the best of them while the train loss fell."""
    values, limits = evaluation.values, inputs.limits.of(OverfittingLimits)
    best = int(np.argmin(values))
    worse = float(values[-1] - values[best])
    scale = abs(float(values[best])) if values.min() > 0 else float(np.ptp(values))
    row = int(evaluation.rows[best])
    fell = float(values[0] - values[best])
    if worse <= max(limits.few_worse_percent / 100 * scale, FEW_OF_FALL * fell) or _fell_since(train, row) <= 0:
        return None
    evidence = {
        "best": Evidence(float(values[best])),
        "now": Evidence(float(values[-1])),
        "worse": Evidence(100 * worse / scale if scale else 0.0, "%"),
        "evaluations": Evidence(len(values), "evaluations"),
    }
    return Finding(KIND, "notice", evaluation.metric, (row,), evidence, "few")


def _noise(values: Floats) -> float:
    return float(np.nan_to_num(noise_around_curve(values)))


def _fell_since(train: Curve, row: int) -> float:
    """Return by how much the train loss is lower at its end than around a row; by single values where they are few."""
    if len(train) < 3:
        return float(train.values[0] - train.values[-1])
    then = float(train.smooth_at(np.array([row]))[0]) if len(train) > SMOOTHED_FROM else train.at(row)
    then = then if then == then else float(train.values[0])
    now = train.end() if len(train) > SMOOTHED_FROM else float(train.values[-1])
    return then - now


def _score_still_improves(scores: tuple[Curve, ...], row: int) -> tuple[float, float] | None:
    """Return a score around a row and its later, higher best, None where none improved by 1 % in its last half."""
    for score in scores:
        later = score.values[score.rows > row]
        then = score.at(row)
        if len(later) >= 2 and later.max() > then + 0.01 * abs(then) and later.argmax() >= len(later) // 2:
            return then, float(later.max())
    return None


CHECK = Check(
    KIND,
    ("error", "warning", "notice"),
    find_overfitting,
    OverfittingLimits,
    excluded_by=("diverging",),
    marked=True,
)
