"""Available memory that swings from reading to reading.

The readings are looked at around their running median, without the first tenth, while the model and its caches are loaded: all
of them, and the newest 12, 24, 48 and so on. The range from the 5th to the 95th percentile is compared with the median: from 15
% on memory swings, where readings jump from one to the next. That is a notice for the newest few, and a warning where it holds
for a tenth of the readings and for 40; from 40 % of the median on an error. Batches of very different length are the usual
reason.

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
from trainmon.stats.arrays import Floats
from trainmon.stats.smoothing import running_median

KIND = "memory_swings"
FEWEST = 2  # readings: one alone has no range, however few a setting asks for
NEWEST = 12  # readings: of fewer, a percentile is no more than an extreme
JUMPS = 0.13  # of the range, the mean step between neighbours in each half: 0.3 by chance, hardly any where pauses last for rows
LASTED_SHARE = 0.10  # of the readings


@dataclass(frozen=True)
class MemorySwingsLimits:
    """How far memory may swing."""

    swings_percent: float = limit(15.0, "% of the median", "a larger range around the running median is a notice")
    wide_swings_percent: float = limit(40.0, "% of the median", "an error from here: the next larger batch does not fit")
    swinging_rows: int = limit(40, "readings", "that swing are needed for a warning: what takes memory now and then is no reason")


def find_memory_swings(inputs: Inputs) -> Iterator[Finding]:
    """Yield a range of the readings around their running median that is a large part of what is usual, lately or all along."""
    memory, limits = inputs.memory, inputs.limits.of(MemorySwingsLimits)
    if memory is None or len(memory) < max(FEWEST, inputs.limits.shared.fewest_rows):
        return
    begin = int(ALLOCATION_SHARE * len(memory))
    settled = memory.values[begin:]
    around = settled - running_median(settled, max(5, len(settled) // 10) | 1)
    found = [count for count in _counts(len(settled)) if _swing(settled[-count:], around[-count:]) > limits.swings_percent]
    if not found:
        return
    count = max(found)
    swing, usual = _swing(settled[-count:], around[-count:]), float(np.median(settled[-count:]))
    evidence = {"swing": Evidence(swing, "%"), "range": Evidence(swing * usual / 100, "MB"), "median": Evidence(usual, "MB")}
    lasts = count >= min(len(settled), max(limits.swinging_rows, LASTED_SHARE * len(memory)))
    severity: Severity = "notice" if not lasts else "error" if swing > limits.wide_swings_percent else "warning"
    rows = () if count == len(settled) else (int(memory.rows[-count]),)
    yield Finding(KIND, severity, memory.metric, rows, evidence)


def _counts(settled: int) -> list[int]:
    """Return of how many of the newest readings the swings are looked at."""
    doubled = NEWEST * 2 ** np.arange(32)
    return [*doubled[doubled < settled].tolist(), settled]


def _swing(values: Floats, around: Floats) -> float:
    """Return the range of readings around their running median in % of their median, both [n]; 0 where they do not jump."""
    low, high = np.percentile(around, [5, 95])
    halves = np.array_split(np.abs(np.diff(around)), 2)
    jumps = min(float(half.mean()) if len(half) else 0.0 for half in halves)
    return 100 * float(high - low) / float(np.median(values)) if jumps > JUMPS * (high - low) else 0.0


CHECK = Check(KIND, ("error", "warning", "notice"), find_memory_swings, MemorySwingsLimits, asks="rows once")
