"""Fewer samples a second than the guide's 50: its grade, not a fault.

The median of all readings is compared. Only samples/s have a grade; tokens and steps per second have none.

When it is wrong: large models are slower, and fine; compare with a run of the same model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit

KIND = "slow_throughput"


@dataclass(frozen=True)
class SlowThroughputLimits:
    """What the guide calls slow."""

    slow_samples_per_second: float = limit(50.0, "samples/s", "the guide's table: less is slow")


def find_slow_throughput(inputs: Inputs) -> Iterator[Finding]:
    """Yield a speed that the guide calls slow; only samples/s have a grade, never tokens or steps."""
    speed, limits = inputs.samples_per_second, inputs.limits.of(SlowThroughputLimits)
    if speed is None or len(speed) < inputs.limits.shared.fewest_constant:
        return
    usual = float(np.median(speed.values))
    if usual < limits.slow_samples_per_second:
        evidence = {"speed": Evidence(usual, "samples/s"), "limit": Evidence(limits.slow_samples_per_second, "samples/s")}
        yield Finding(KIND, "info", speed.metric, (), evidence)


CHECK = Check(KIND, ("info",), find_slow_throughput, SlowThroughputLimits)
