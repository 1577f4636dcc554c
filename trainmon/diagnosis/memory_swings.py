"""Available memory that swings from reading to reading.

The readings are looked at around their running median, without the first tenth, while the model and its caches are loaded. The
range from the 5th to the 95th percentile is compared with the median of all: from 15 % on it is a warning, from 40 % on an error.
Batches of very different length are the usual reason.

When it is wrong: other programs on the machine may take and give back memory; the training's own is on the page Memory usage,
where it was sampled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.diagnosis.memory_leak import ALLOCATION_SHARE
from trainmon.stats.smoothing import running_median

KIND = "memory_swings"
FEWEST = 2  # readings: one alone has no range, however few a setting asks for


@dataclass(frozen=True)
class MemorySwingsLimits:
    """How far memory may swing."""

    swings_percent: float = limit(15.0, "% of the median", "a larger range around the running median is a warning")
    wide_swings_percent: float = limit(40.0, "% of the median", "an error from here: the next larger batch does not fit")


def find_memory_swings(inputs: Inputs) -> Iterator[Finding]:
    """Yield a range of the readings around their running median that is a large part of what is usual."""
    memory, limits = inputs.memory, inputs.limits.of(MemorySwingsLimits)
    if memory is None or len(memory) < max(FEWEST, inputs.limits.shared.fewest_rows):
        return
    settled = memory.values[int(ALLOCATION_SHARE * len(memory)) :]
    window = max(5, len(settled) // 10) | 1
    around = settled - running_median(settled, window)
    low, high = np.percentile(around, [5, 95])
    swing = 100 * float(high - low) / float(np.median(settled))
    if swing > limits.swings_percent:
        evidence = {
            "swing": Evidence(swing, "%"),
            "range": Evidence(float(high - low), "MB"),
            "median": Evidence(float(np.median(settled)), "MB"),
        }
        severity: Severity = "error" if swing > limits.wide_swings_percent else "warning"
        yield Finding(KIND, severity, memory.metric, (), evidence)


CHECK = Check(KIND, ("error", "warning"), find_memory_swings, MemorySwingsLimits)
