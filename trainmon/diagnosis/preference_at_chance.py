"""A model that prefers the chosen answer no more often than by chance.

In a preference tuning, rewards/accuracies begins at 0.5 or below, and rises. It is said where its mean over the newer half of
the run is at most 0.55 and neither it nor the margin rises, and where its running median is back at 0.55 after a tenth of the
run had 0.65: a notice at first, a warning where it stays. A run that begins so is given 120 values after the warm-up of the
learning rate, and twice as many in the first third of its plan or without one.

When it is wrong: a small learning rate needs longer, and where people disagree about the pairs, 0.6 is all that there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.evidence import learning_rate
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.holding import FROM_START_NOTICED, FROM_START_WARNED, lasting, swings_of
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.stats.arrays import Floats
from trainmon.stats.trend import mann_kendall

KIND = "preference_at_chance"
TENTHS = 10  # of the run: the accuracy of single rows is too noisy for a best one
SWINGS = 6.0  # of the running median: the best tenth is the best of ten
DONE = 0.3  # of the plan: before it, and where there is none, an accuracy is given twice the time
APART = 12  # values: an accuracy is the mean over so many rows


@dataclass(frozen=True)
class PreferenceAtChanceLimits:
    """Which accuracy is a guess, and which one is not."""

    chance_accuracy: float = limit(0.55, "of the pairs", "up to here it is a guess: real runs end at 0.6 to 0.95")
    learned_accuracy: float = limit(0.65, "of the pairs", "from here on it was none: what comes back from it was lost")


def find_preference_at_chance(inputs: Inputs) -> Iterator[Finding]:
    """Yield an accuracy of preferences that never rose, or that was lost."""
    curve = inputs.tuned.get("accuracies")
    if curve is None or len(curve) < inputs.limits.shared.fewest_rows or inputs.still_warming_up:
        return
    if float(_tenths(curve).max()) >= inputs.limits.of(PreferenceAtChanceLimits).learned_accuracy:
        yield from _lost(inputs, curve)
    else:
        yield from _never(inputs, curve)


def _lost(inputs: Inputs, curve: Curve) -> Iterator[Finding]:
    found = lasting(curve, curve.smooth <= inputs.limits.of(PreferenceAtChanceLimits).chance_accuracy)
    if found is None or found.from_start:
        return
    now, best = float(curve.values[-found.length :].mean()), float(_tenths(curve).max())
    if not best - now >= SWINGS * swings_of(curve, APART):
        return
    evidence = {"now": Evidence(now), "best": Evidence(best), **learning_rate(inputs, found.onset)}
    yield Finding(KIND, found.severity, curve.metric, (found.onset,), evidence, "lost")


def _never(inputs: Inputs, curve: Curve) -> Iterator[Finding]:
    after, late = curve.count - inputs.warm_up(curve) * curve.size, curve.values[len(curve) // 2 :]
    now = float(late.mean())
    longer = 1 if inputs.fraction is not None and inputs.fraction >= DONE else 2
    if after < longer * FROM_START_NOTICED or now > inputs.limits.of(PreferenceAtChanceLimits).chance_accuracy:
        return
    if _rises(inputs, curve) or _rises(inputs, inputs.tuned.get("margins")):
        return
    severity: Severity = "warning" if after >= longer * FROM_START_WARNED else "notice"
    evidence = {"now": Evidence(now), "values": Evidence(float(curve.count), "values"), **learning_rate(inputs)}
    yield Finding(KIND, severity, curve.metric, (int(curve.rows[0]),), evidence, "never")


def _tenths(curve: Curve) -> Floats:
    return np.array([float(part.mean()) for part in np.array_split(curve.values, TENTHS)])


def _rises(inputs: Inputs, curve: Curve | None) -> bool:
    return curve is not None and mann_kendall(curve.blocks) > inputs.limits.shared.trend_z


CHECK = Check(KIND, ("warning", "notice"), find_preference_at_chance, PreferenceAtChanceLimits, asks="rows once")
