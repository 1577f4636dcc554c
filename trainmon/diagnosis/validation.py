"""Validation against train: does it rise while the other falls, and how far are they apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.preparation import Curve, Inputs
from trainmon.stats.arrays import Floats
from trainmon.stats.robust import noise_around_curve
from trainmon.stats.smoothing import running_median
from trainmon.stats.trend import kendall_tau

SMOOTHED_FROM = 9  # validations: a median of three then takes single outliers out
HUMP = 3.0  # times the median: a first validation above it is of an untrained batch norm
LAST = 3  # validations whose median is where it ends
MOST_AFTER = 0.1  # of the validations have to come after the best, and at least two


def find_overfitting(inputs: Inputs) -> Iterator[Finding]:
    """Yield a validation that rises since its best point while the train loss falls on."""
    evaluation, train, limits = inputs.evaluation, inputs.train, inputs.limits
    if evaluation is None or train is None or len(evaluation) < 2 or len(train) < 2 or inputs.adversarial:
        return
    if len(evaluation) < limits.fewest_evaluations:
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
    yield Finding("overfitting", severity, evaluation.metric, (row,), evidence, "score improves" if improved else "")


def _few(inputs: Inputs, evaluation: Curve, train: Curve) -> Iterator[Finding]:
    """Yield a notice where two or three validations end above the best of them while the train loss fell."""
    values, limits = evaluation.values, inputs.limits
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
        yield Finding("overfitting", "notice", evaluation.metric, (row,), evidence, "few")


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


def find_train_val_gap(inputs: Inputs) -> Iterator[Finding]:
    """Yield a validation far above the train loss, where it was not from the first one on (another scale)."""
    evaluation, train, limits = inputs.evaluation, inputs.train, inputs.limits
    if (
        evaluation is None
        or train is None
        or len(evaluation) < limits.fewest_evaluations
        or len(train) < limits.fewest_evaluations
    ):
        return
    levels = (
        train.smooth_at(evaluation.rows) if len(train) > SMOOTHED_FROM else np.array([train.at(row) for row in evaluation.rows])
    )
    if not (evaluation.values.min() > 0 and train.values.min() > 0 and np.isfinite(levels).all()):
        return
    ratios = evaluation.values / levels
    ratio, first = float(np.median(ratios[-LAST:])), float(np.median(ratios[: max(1, len(ratios) // 10)]))
    if ratio <= limits.gap_ratio or ratio <= first * 1.1:
        return
    flat_from = int(np.argmin(evaluation.values))
    evidence = {
        "ratio": Evidence(ratio, "x"),
        "first_ratio": Evidence(first, "x"),
        "validation": Evidence(float(np.median(evaluation.values[-LAST:]))),
        "train": Evidence(float(np.median(levels[-LAST:]))),
    }
    opened = int(evaluation.rows[int(np.argmax(ratios > limits.gap_ratio))])
    case = "stopped improving" if flat_from < 0.7 * len(evaluation) else ""
    rows = (int(evaluation.rows[flat_from]),) if case else (opened,)
    yield Finding(
        "train_val_gap", "warning" if ratio > limits.wide_gap_ratio else "notice", evaluation.metric, rows, evidence, case
    )
