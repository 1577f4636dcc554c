"""An entropy that is down to a small part of what it was: the model tries nothing new any more.

The running median of the entropy is compared with its highest one. It is said below 20 %, at first as a notice, and as a
warning where it is below 10 % and stays there. It stays a notice while the reward still rises, and, where it is not answers
that are rewarded but episodes, unless the reward has fallen: a policy that has solved its task is sure of itself. Source: Cui
et al. 2025 (The entropy mechanism of reinforcement learning for reasoning language models): reward is bought with entropy, and
at 0 there is no more to buy.

When it is wrong: an entropy falls in every such training, and a task with one right answer leaves none. Pairs of answers are
not tried by the model, so that preference tuning is not judged; nor is the entropy of continuous actions, which may be below
0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.evidence import learning_rate
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.holding import lasting
from trainmon.diagnosis.inputs import Inputs, Part
from trainmon.diagnosis.limits import limit

KIND = "entropy_collapse"
OF_ANSWERS: tuple[Part, ...] = ("length", "cut_off", "unvaried", "spread", "kl", "summed_kl")
RISEN, FALLEN = 3.0, 4.0  # noises of the reward's running median


@dataclass(frozen=True)
class EntropyCollapseLimits:
    """From where on an entropy has collapsed."""

    low_entropy_percent: float = limit(20.0, "% of the highest", "a notice below: slow falls of healthy runs end at 25 to 80 %")
    collapsed_entropy_percent: float = limit(10.0, "% of the highest", "a warning below, where it stays there")


def find_entropy_collapse(inputs: Inputs) -> Iterator[Finding]:
    """Yield an entropy that has fallen to a small part of its highest, where answers or episodes are tried and rewarded."""
    curve, limits = inputs.tuned.get("entropy"), inputs.limits.of(EntropyCollapseLimits)
    if curve is None or not len(curve) or curve.lowest.min() < 0 or "reward" not in inputs.tuned:
        return
    highest = float(curve.smooth.max())
    low = curve.smooth <= limits.low_entropy_percent / 100 * highest
    found = lasting(curve, low, curve.smooth <= limits.collapsed_entropy_percent / 100 * highest)
    if found is None or highest <= 0:
        return
    worth_it = _is_worth_it(inputs, found.onset)
    if worth_it and not any(part in inputs.tuned for part in OF_ANSWERS):
        return
    severity: Severity = "notice" if worth_it else found.severity
    now = float(curve.smooth[-1])
    evidence = {"highest": Evidence(highest), "now": Evidence(now), "left": Evidence(100 * now / highest, "%")}
    yield Finding(KIND, severity, curve.metric, (found.onset,), {**evidence, **learning_rate(inputs, found.onset)})


def _is_worth_it(inputs: Inputs, onset: int) -> bool:
    """Return whether the reward has risen since the entropy fell; for episodes, whether it has not fallen."""
    reward = inputs.tuned.get("reward")
    if reward is None or not len(reward):
        return False
    now, noise = float(reward.smooth[-1]), reward.smooth_noise
    if any(part in inputs.tuned for part in OF_ANSWERS):
        return now > _at(reward, onset) + RISEN * noise
    return now > float(reward.smooth.max()) - FALLEN * noise


def _at(reward: Curve, row: int) -> float:
    return float(reward.smooth_at(np.array([row]))[0])


CHECK = Check(KIND, ("warning", "notice"), find_entropy_collapse, EntropyCollapseLimits, asks="rows once")
