"""A validation loss far above the train loss, where it was not so from the first one on.

Each validation is divided by the running median of the train loss at its row. There is a gap where the last three validations
are more than 1.5 times the train loss, and 10 % more than at first: losses that are on another scale from the start have none.
Both have to be above 0. Where the validation was lowest in the first 70 % of the run, it also stopped improving.

When it is wrong: the two may be computed differently (dropout, augmentation, sums over accumulated batches), or on samples that
are not equally hard: compare them on the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.diagnosis.overfitting import LAST, SMOOTHED_FROM

KIND = "train_val_gap"


@dataclass(frozen=True)
class TrainValGapLimits:
    """From which ratio on validation is far above training."""

    gap_ratio: float = limit(1.5, "times the train loss", "from here it is far off: 1.1 to 1.3 is normal in real logs")
    wide_gap_ratio: float = limit(3.0, "times the train loss", 'from here a warning: the guide says "Val >> Train"')


def find_train_val_gap(inputs: Inputs) -> Iterator[Finding]:
    """Yield a validation far above the train loss, where it was not from the first one on (another scale)."""
    evaluation, train, fewest = inputs.evaluation, inputs.train, inputs.limits.shared.fewest_evaluations
    if evaluation is None or train is None or len(evaluation) < fewest or len(train) < fewest:
        return
    smoothed = len(train) > SMOOTHED_FROM
    levels = train.smooth_at(evaluation.rows) if smoothed else np.array([train.at(row) for row in evaluation.rows])
    if not (evaluation.values.min() > 0 and train.values.min() > 0 and np.isfinite(levels).all()):
        return
    ratios = evaluation.values / levels
    ratio, first = float(np.median(ratios[-LAST:])), float(np.median(ratios[: max(1, len(ratios) // 10)]))
    limits = inputs.limits.of(TrainValGapLimits)
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
    severity: Severity = "warning" if ratio > limits.wide_gap_ratio else "notice"
    yield Finding(KIND, severity, evaluation.metric, rows, evidence, case)


CHECK = Check(
    KIND,
    ("warning", "notice"),
    find_train_val_gap,
    TrainValGapLimits,
    follows=("overfitting",),
    excluded_by=("diverging",),
    marked=True,
)
