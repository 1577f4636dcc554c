"""A train loss that is constant, was never filled, or has no trend and never fell.

The medians of its first and last fifth are compared, and a line is put through thirty stretches of it. It is not learning where
it fell by less than 2 % of its level, or by no more than its own noise explains, and where it did not fall fast in the first
rows either: such a loss has converged. A constant loss of at least 20 rows is an error. One of zeros is a warning, because it was
most likely never logged. Nothing is said while the learning rate still rises, nor of a loss that another network works against.

Many healthy losses are flat at first. So a flat one is a warning from a quarter of the plan on, or, where there is no plan, from
500 rows (30 where each row is an epoch), and only where its newest half does not fall and noise could not hide a fall of 6 %.
Earlier it is a notice, and an info where hardly anything can be told yet; once the run is over, each of them is one worse.

When it is wrong: long warm-ups and preference training may be flat for a good reason, and a fall that is smaller than its noise
over few rows cannot be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve, edge
from trainmon.diagnosis.evidence import learning_rate
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.stats.robust import block_medians, noise, noise_around_curve, theil_sen
from trainmon.stats.trend import mann_kendall

KIND = "not_learning"
FEWEST_ZEROS = 3  # values: no training loses exactly nothing three times
DONE = 0.9  # of the plan: what is flat up to here stays so
HINT_Z = 1.28  # of a fall over all rows: one in ten of what is flat looks like this, and every first epoch that falls
HEAD, FIRST = 0.02, 20  # of the values, the fewest: where a loss begins, and what tells how noisy that is


@dataclass(frozen=True)
class NotLearningLimits:
    """From where on a loss is constant, and up to where it is flat."""

    constant: float = limit(1e-9, "of the level", "the largest range of a constant loss: the precision of a printed float")
    flat_percent: float = limit(
        2.0,
        "% of the level",
        "a smaller fall is flat: healthy continued pre-training falls by 5 to 15 %, failures by under 1 %",
    )
    flat_noises: float = limit(4.0, "standard errors", "a smaller fall is flat where its trend is not significant")
    untold_percent: float = limit(
        10.0, "% of the level", "a larger fall is not flat, and where the standard error is larger nothing can be told (trials)"
    )
    fell_fast_percent: float = limit(
        10.0, "% of the level", "a larger fall from the first rows to the end is learning: it came early, then it converged"
    )
    hidden_percent: float = limit(
        6.0, "% of the level", "where noise (two standard errors) could hide such a fall, a flat loss is an info"
    )
    notice_share: float = limit(0.1, "of the plan", "a flat loss is a notice from here: late starts take 5 to 15 %")
    warning_share: float = limit(0.25, "of the plan", "and a warning from here")
    notice_rows: int = limit(150, "rows", "without a plan, a notice from here ...")
    warning_rows: int = limit(500, "rows", "... and a warning: late starts and first epochs are often as long as 400 (trials)")
    warning_epochs: int = limit(30, "epochs", "a warning where each row is an epoch: no late start is so long")


def find_not_learning(inputs: Inputs) -> Iterator[Finding]:
    """Yield a loss that is constant, or that has no trend and never fell."""
    loss, shared, limits = inputs.train, inputs.limits.shared, inputs.limits.of(NotLearningLimits)
    if loss is None or len(loss) < (shared.fewest_constant if loss.highest.any() or loss.lowest.any() else FEWEST_ZEROS):
        return
    if loss.highest.max() - loss.lowest.min() <= limits.constant * abs(float(np.median(loss.values))):
        yield _constant(inputs, loss)
        return
    if len(loss) < shared.fewest_rows or inputs.adversarial or inputs.still_warming_up:
        return
    gain, head, significant = _gain(loss), loss.start(HEAD) - loss.end(), mann_kendall(loss.blocks) <= -shared.trend_z
    error, untold = _gain_error(loss), limits.untold_percent / 100 * loss.level
    flat = gain < limits.flat_percent / 100 * loss.level
    lost_in_noise = gain < min(limits.flat_noises * error, untold) and error <= untold and not significant
    if (flat or lost_in_noise) and head <= limits.fell_fast_percent / 100 * loss.level + _head_error(loss):
        severity = _severity(inputs, loss, gain + 2 * error)
        evidence = {
            "first": Evidence(loss.start(0.2)),
            "last": Evidence(loss.end(0.2)),
            "change": Evidence(-100 * gain / loss.level, "%"),
            "noise": Evidence(100 * loss.noise / loss.level, "%"),
            "rows": Evidence(loss.count, "rows"),
        }
        yield Finding(KIND, severity, loss.metric, (int(loss.rows[0]),), {**evidence, **learning_rate(inputs)}, "flat")


def _severity(inputs: Inputs, loss: Curve, hidden: float) -> Severity:
    """Return how much a flat loss proves after so many rows, where a fall of `hidden` cannot be ruled out."""
    limits, shared = inputs.limits.of(NotLearningLimits), inputs.limits.shared
    if inputs.fraction is not None and inputs.fraction >= DONE:
        return "warning"
    falls = mann_kendall(block_medians(loss.values[len(loss) // 2 :])) < -shared.trend_z or mann_kendall(loss.blocks) < -HINT_Z
    if hidden > (limits.flat_percent if falls else limits.hidden_percent) / 100 * loss.level:
        return "info"
    if inputs.fraction is not None:
        reached, notice, warning = inputs.fraction, limits.notice_share, limits.warning_share
    elif inputs.by_epoch:
        reached, notice, warning = loss.count, shared.fewest_rows, limits.warning_epochs
    else:
        reached, notice, warning = loss.count - loss.size * inputs.warm_up(loss), limits.notice_rows, limits.warning_rows
    return "warning" if reached >= warning else "notice" if reached >= notice else "info"


def _constant(inputs: Inputs, loss: Curve) -> Finding:
    zero = not loss.values.any()
    evidence = {"value": Evidence(float(loss.values[0])), "rows": Evidence(loss.count, "rows"), **learning_rate(inputs)}
    enough = loss.count >= inputs.limits.shared.fewest_rows and not zero
    case = "zero" if zero else "constant"
    return Finding(KIND, "error" if enough else "warning", loss.metric, (int(loss.rows[0]),), evidence, case)


def _gain(loss: Curve) -> float:
    """Return by how much the loss fell: between its outer fifths, or along its Theil-Sen line where that says more."""
    slope = theil_sen(np.arange(len(loss.blocks), dtype=np.float64), loss.blocks)
    return max(loss.start(0.2) - loss.end(0.2), -slope * (len(loss.blocks) - 1))


def _gain_error(loss: Curve) -> float:
    """Return the standard error of the difference between the outer fifths: by the noise of values, or of blocks if larger.

    A median has 1.25 times the error of a mean; neighbours that are alike show in the blocks only.
    """
    by_values = 1.25 * loss.noise * np.sqrt(2 / (len(loss) / 5))
    by_blocks = float(np.nan_to_num(noise(loss.blocks))) * np.sqrt(2 / (len(loss.blocks) / 5))
    return float(max(by_values, by_blocks))


def _head_error(loss: Curve) -> float:
    """Return what the median of the first values may be off by chance: two standard errors, by the larger noise."""
    first = float(np.nan_to_num(noise_around_curve(loss.values[: max(FIRST, len(loss) // 10)])))
    return float(2 * 1.25 * max(loss.noise, first) / np.sqrt(edge(len(loss), HEAD)))


CHECK = Check(
    KIND,
    ("error", "warning", "notice", "info"),
    find_not_learning,
    NotLearningLimits,
    excluded_by=("diverging", "non_finite"),
    at_end={"notice": "warning", "info": "notice"},
)
