"""A reward that has lost at least half of what it had gained.

The running median of the reward is compared with its best one so far. It is said where the reward has lost half of the way
from its beginning to the best, and more than eight times what it swings by: a notice at first, a warning where it stays.

When it is wrong: rewards by episodes swing and come back, and a harder part of the data, or a new reward function, lowers
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.evidence import learning_rate
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.holding import lasting, swings_of
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit

KIND = "reward_collapse"
FEWEST = 80  # values: of fewer, a swing cannot be told from a fall
CLEARLY_RISEN = 4.0  # slow swings: so much has to be lost of a rise that is more than chance itself


@dataclass(frozen=True)
class RewardCollapseLimits:
    """How much a reward has to lose."""

    lost_reward_percent: float = limit(50.0, "% of its rise", "less comes and goes in healthy runs")
    lost_reward_noises: float = limit(8.0, "times its slow swings", "less is chance: a mean over episodes wanders")


def find_reward_collapse(inputs: Inputs) -> Iterator[Finding]:
    """Yield a reward that stays far below its best."""
    curve, limits = inputs.tuned.get("reward"), inputs.limits.of(RewardCollapseLimits)
    if curve is None or len(curve) < FEWEST:
        return
    start, best, swings = (
        curve.start(),
        np.maximum.accumulate(curve.smooth),
        swings_of(curve),
    )
    rise = best - start
    noises = np.where(rise >= limits.lost_reward_noises * swings, CLEARLY_RISEN, limits.lost_reward_noises)
    least = np.maximum(limits.lost_reward_percent / 100 * rise, noises * swings)
    found = lasting(curve, (best - curve.smooth >= least) & (least > 0))
    if found is None:
        return
    evidence = {"first": Evidence(start), "best": Evidence(float(best[-1])), "now": Evidence(float(curve.smooth[-1]))}
    yield Finding(KIND, found.severity, curve.metric, (found.onset,), {**evidence, **learning_rate(inputs, found.onset)})


CHECK = Check(KIND, ("warning", "notice"), find_reward_collapse, RewardCollapseLimits, asks="rows once")
