"""Chosen and rejected answers that both become less likely, the chosen ones by far more than what is gained between them.

A preference tuning pushes the rejected answers down and takes the chosen ones with it a little: that is usual. It is said
where the reward of the chosen answers has fallen by 2.5 times what the margin has gained, by at least 0.5, and by more than
its noise: the margin and the accuracy may still look well, but the likelihood goes to answers that nobody asked for. A notice;
a warning where it is four times and stays. Source: Razin et al. 2024 (Unintentional unalignment: likelihood displacement in
direct preference optimization).

When it is wrong: chosen answers that were not the model's own may lose likelihood without harm; look at what it writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.evidence import learning_rate
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.holding import lasting
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit

KIND = "likelihood_displacement"
NOISES = 5.0  # of the running median of the chosen rewards


@dataclass(frozen=True)
class LikelihoodDisplacementLimits:
    """How far the chosen answers may fall beside what is gained."""

    displaced_ratio: float = limit(2.5, "times the gain of the margin", "real runs that ended well lie between 0 and 1.5")
    far_displaced_ratio: float = limit(4.0, "times the gain of the margin", "from here a warning, where it stays")
    least_displaced: float = limit(0.5, "of reward", "a smaller fall is none: with the usual beta of 0.1 it is 5 nats an answer")


def find_likelihood_displacement(inputs: Inputs) -> Iterator[Finding]:
    """Yield chosen rewards that fall together with the rejected ones, by far more than the margin grows."""
    chosen, rejected = inputs.tuned.get("chosen"), inputs.tuned.get("rejected")
    if chosen is None or rejected is None or min(len(chosen), len(rejected)) < inputs.limits.shared.fewest_rows:
        return
    limits = inputs.limits.of(LikelihoodDisplacementLimits)
    fallen, with_it = chosen.start() - chosen.smooth, rejected.start() - rejected.smooth_at(chosen.rows)
    gained = np.maximum(with_it - fallen, 0)
    both = (fallen >= max(limits.least_displaced, NOISES * chosen.smooth_noise)) & (with_it > 0)
    found = lasting(chosen, both & (fallen >= limits.displaced_ratio * gained), fallen >= limits.far_displaced_ratio * gained)
    if found is None:
        return
    evidence = {
        "chosen_first": Evidence(chosen.start()), "chosen_now": Evidence(float(chosen.smooth[-1])),
        "rejected_first": Evidence(rejected.start()), "rejected_now": Evidence(float(rejected.smooth[-1])),
        "margin_gained": Evidence(float(gained[-1])),
    }  # fmt: skip
    yield Finding(KIND, found.severity, chosen.metric, (found.onset,), {**evidence, **learning_rate(inputs, found.onset)})


CHECK = Check(KIND, ("warning", "notice"), find_likelihood_displacement, LikelihoodDisplacementLimits, asks="rows once")
