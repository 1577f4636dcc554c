"""Answers that are nearly all cut off at the length limit: the reward sees no ends of them.

It is said where the share that was cut off (completions/clipped_ratio, response_length/clip_ratio; the mean over twelve rows)
is at least 90 %: a notice at first, a warning where it stays. It is a notice from 70 % on where the share was below 50 %
before. A run that begins so is given 120 values, and as long as the share falls.

When it is wrong: a base model has to learn to end its answers, and may need longer for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.holding import lasting_share
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.stats.trend import mann_kendall

KIND = "completions_cut_off"


@dataclass(frozen=True)
class CompletionsCutOffLimits:
    """From where on too many answers are cut off."""

    many_cut_off_share: float = limit(
        0.7, "of the answers", "a notice from here, where it was well below: they grow to the limit"
    )
    cut_off_share: float = limit(0.9, "of the answers", "long reasoning begins with half of them cut off and is well")


def find_completions_cut_off(inputs: Inputs) -> Iterator[Finding]:
    """Yield that nearly all answers reach the length limit."""
    curve, limits = inputs.tuned.get("cut_off"), inputs.limits.of(CompletionsCutOffLimits)
    if curve is None or not len(curve):
        return
    found = lasting_share(curve, limits.many_cut_off_share, limits.cut_off_share)
    if found is None:
        return
    falling = found.from_start and mann_kendall(curve.blocks) < -inputs.limits.shared.trend_z
    severity: Severity = "notice" if falling else found.severity
    evidence = {
        "now": Evidence(100 * float(curve.values[-1]), "%"),
        "values": Evidence(float(found.length * curve.size), "values"),
    }
    if (lengths := inputs.tuned.get("length")) is not None and len(lengths):
        evidence["length"] = Evidence(float(lengths.smooth[-1]), "tokens")
    yield Finding(KIND, severity, curve.metric, (found.onset,), evidence, "from start" if found.from_start else "")


CHECK = Check(KIND, ("warning", "notice"), find_completions_cut_off, CompletionsCutOffLimits, asks="rows once")
