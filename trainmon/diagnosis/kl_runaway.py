"""A KL divergence that runs away: the model leaves its reference, or each update moves it too far.

The KL to the reference grows slowly in every such training. It is said where its running median is five times its median in
the middle of the run and high as well (0.5 a token, 50 an answer), or very high (2 a token, 200 an answer): a notice at first,
a warning where it stays. Where no KL to a reference was logged, that from one update to the next is judged, by half of this.
Source: TRL's documentation (the KL should not be too large); Gao et al. 2023 (Scaling laws for reward model overoptimization):
far from the reference the reward rises and the answers get worse.

When it is wrong: a training without a KL penalty may go far on purpose, and single batches have a high estimate by chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.evidence import learning_rate
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.holding import lasting
from trainmon.diagnosis.inputs import Inputs, Part
from trainmon.diagnosis.limits import limit

KIND = "kl_runaway"
SCALES: dict[Part, float] = {"kl": 1.0, "summed_kl": 100.0, "update_kl": 0.5}  # of the limits, which are those a token


@dataclass(frozen=True)
class KlRunawayLimits:
    """From where on a KL runs away."""

    kl_growth: float = limit(5.0, "times the middle of the run", "a KL that grows in a line comes to 2, one with the square to 4")
    high_kl: float = limit(0.5, "nats a token", "a lower one is no fault, however it grows: 0.01 to 0.4 is usual")
    far_kl: float = limit(2.0, "nats a token", "from here on the model has little to do with its reference")


def find_kl_runaway(inputs: Inputs) -> Iterator[Finding]:
    """Yield a KL divergence that is far above what it was, or above what can be well."""
    limits = inputs.limits.of(KlRunawayLimits)
    part = next((each for each in SCALES if each in inputs.tuned), None)
    if part is None or len(inputs.tuned[part]) < inputs.limits.shared.fewest_rows:
        return
    curve = inputs.tuned[part]
    usual = float(np.median(curve.smooth[len(curve) // 4 : 3 * len(curve) // 4]))
    grown = curve.smooth >= max(limits.kl_growth * usual, SCALES[part] * limits.high_kl)
    found = lasting(curve, grown | (curve.smooth >= SCALES[part] * limits.far_kl))
    if found is None:
        return
    evidence = {"usual": Evidence(usual), "now": Evidence(float(curve.smooth[-1]))}
    case = "update" if part == "update_kl" else ""
    yield Finding(KIND, found.severity, curve.metric, (found.onset,), {**evidence, **learning_rate(inputs, found.onset)}, case)


CHECK = Check(KIND, ("warning", "notice"), find_kl_runaway, KlRunawayLimits, asks="rows once")
