"""A train loss that fell by less than the guide's 10 % in all: its grade, not a fault.

The median of the first twentieth of the values is compared with the lowest running median. A loss that is not above 0 has no
improvement in percent, and is not graded.

When it is wrong: continued pre-training falls by 4 to 15 % and is healthy; how far a loss can fall depends on where it began.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit

KIND = "low_improvement"


@dataclass(frozen=True)
class LowImprovementLimits:
    """What the guide calls bad."""

    low_improvement_percent: float = limit(10.0, "% of the first loss", "the guide's table: a smaller improvement is bad")


def find_low_improvement(inputs: Inputs) -> Iterator[Finding]:
    """Yield an improvement that the guide calls bad; a loss that is not above 0 has none in percent."""
    loss = inputs.train
    if loss is None or len(loss) < inputs.limits.shared.fewest_rows or inputs.adversarial or loss.values.min() <= 0:
        return
    first = loss.start()
    gained = 100 * (first - float(loss.smooth.min())) / first
    if gained < inputs.limits.of(LowImprovementLimits).low_improvement_percent:
        evidence = {"first": Evidence(first), "best": Evidence(float(loss.smooth.min())), "improvement": Evidence(gained, "%")}
        yield Finding(KIND, "info", loss.metric, (), evidence)


CHECK = Check(KIND, ("info",), find_low_improvement, LowImprovementLimits, follows=("not_learning", "diverging", "non_finite"))
