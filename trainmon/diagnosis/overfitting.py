"""A validation loss that rises since its best point while the train loss falls on: the training is being learned by heart.

The last three validations are compared with the best one. It is overfitting where they are more than 5 % worse, and worse than
the noise of the validations explains, where at least two came after the best and they go up rather than to and fro, and where
the train loss fell by 2 % in the meantime. From 20 % on it is an error, except where a score such as accuracy still improves.
With two or three validations in all it is a notice. A first validation far above the others, of an untrained batch norm, is not
what they are compared with.

When it is wrong: a small validation set moves by chance, so validate on more samples. A validation that rises in the middle of a
run is called overfitting until it falls again.
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
MOST_AFTER = 0.1  # of the validations have to come after the best, and at least two


@dataclass(frozen=True)
class OverfittingLimits:
    """From where on a validation got worse, and the train loss better."""

    worse_percent: float = limit(
        5.0, "% of the best", "from here it is worse: the coarsest limit for a generalisation loss in Prechelt 1998"
    )
    much_worse_percent: float = limit(20.0, "% of the best", "an error from here: the last checkpoint is not worth keeping")
    few_worse_percent: float = limit(1.0, "% of the best", "worth a notice where there are two or three validations")
    worse_tau: float = limit(0.3, "Kendall's tau", "after the best it has to go up rather than to and fro (trials)")
    worse_noises: float = limit(
        2.5, "times the noise of the validations", "and to be so much worse: the best of many is lowest by chance, too"
    )
    fewest_for_error: int = limit(5, "validations", "needed for an error: it needs more than a warning")
    train_fell_percent: float = limit(
        2.0, "% of the train loss", "which has to fall meanwhile: otherwise nothing is learned by heart"
    )


def find_overfitting(inputs: Inputs) -> Iterator[Finding]:
    """Yield a validation that rises since its best point while the train loss falls on."""
    evaluation, train, limits = inputs.evaluation, inputs.train, inputs.limits.of(OverfittingLimits)
    if evaluation is None or train is None or len(evaluation) < 2 or len(train) < 2 or inputs.adversarial:
        return
    if len(evaluation) < inputs.limits.shared.fewest_evaluations:
        yield from _few(inputs, evaluation, train)
        return
    values = running_median(evaluation.values, 3) if len(evaluation) >= SMOOTHED_FROM else evaluation.values
    humps = int(values[0] > HUMP * np.median(values))
    best = int(np.argmin(values[humps:])) + humps
    after = evaluation.values[best + 1 :]
    if len(after) < max(2, MOST_AFTER * len(evaluation)):
        return
    end, scale = float(np.median(after[-LAST:])), abs(float(values[best])) if evaluation.values.min() > 0 else evaluation.level
    worse = end - float(values[best])
    rises = kendall_tau(values[best:]) > limits.worse_tau
    if worse <= max(limits.worse_percent / 100 * scale, limits.worse_noises * _noise(evaluation.values)) or not rises:
        return
    row = int(evaluation.rows[best])
    fell, train_scale = _fell_since(train, row), abs(float(train.smooth_at(np.array([row]))[0])) or 1.0
    if fell < limits.train_fell_percent / 100 * (train_scale if train.values.min() > 0 else train.level):
        return
    much = worse > limits.much_worse_percent / 100 * scale and len(evaluation) >= limits.fewest_for_error
    severity: Severity = "error" if much else "warning"
    evidence = {
        "best": Evidence(float(evaluation.values[best])),
        "now": Evidence(end),
        "worse": Evidence(100 * worse / scale, "%"),
        "evaluations_after": Evidence(len(after), "evaluations"),
        "train_then": Evidence(float(train.smooth_at(np.array([row]))[0])),
        "train_now": Evidence(train.end()),
    }
    improved = _score_still_improves(inputs.scores, row)
    if improved is not None:
        evidence["score_then"], evidence["score_best"] = Evidence(improved[0]), Evidence(improved[1])
        severity = "warning"
    yield Finding(KIND, severity, evaluation.metric, (row,), evidence, "score improves" if improved else "")


def _few(inputs: Inputs, evaluation: Curve, train: Curve) -> Iterator[Finding]:
    """Yield a notice where two or three validations end above the best of them while the train loss fell."""
    values, limits = evaluation.values, inputs.limits.of(OverfittingLimits)
    best = int(np.argmin(values))
    worse = float(values[-1] - values[best])
    scale = abs(float(values[best])) if values.min() > 0 else float(np.ptp(values))
    row = int(evaluation.rows[best])
    if worse > limits.few_worse_percent / 100 * scale and _fell_since(train, row) > 0:
        evidence = {
            "best": Evidence(float(values[best])),
            "now": Evidence(float(values[-1])),
            "worse": Evidence(100 * worse / scale if scale else 0.0, "%"),
            "evaluations": Evidence(len(values), "evaluations"),
        }
        yield Finding(KIND, "notice", evaluation.metric, (row,), evidence, "few")


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
