"""Available memory that falls all along the newest attempt.

The first tenth of the readings is left out, while the model and its caches are loaded, and the medians of twenty blocks of the
rest are looked at. It is a leak where they fall by more than 10 % of the start, one way and all along, and still fall at the end.
In a long attempt the last quarter is looked at by itself as well, since a leak may begin late. The trend, and the step at which
memory is short, are those of the page Memory usage.

When it is wrong: a disk cache that fills looks the same at first; it comes to rest, and then this is no longer found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.evidence import memory_trend
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.stats.arrays import Floats
from trainmon.stats.robust import block_medians, theil_sen
from trainmon.stats.trend import kendall_tau, mann_kendall

KIND = "memory_leak"
ALLOCATION_SHARE = 0.10  # of the readings: the model and its caches are being loaded
BLOCKS = 20
STILL_FALLS = 0.25  # of the usual pace, over the last third: a page cache that fills comes to rest


@dataclass(frozen=True)
class MemoryLeakLimits:
    """How far memory has to fall, and how steadily."""

    leak_percent: float = limit(10.0, "% of the start", "a smaller fall is none: page caches take and give back about 5 %")
    leak_z: float = limit(3.0, "z (Mann-Kendall)", "needed: a leak goes one way")
    leak_tau: float = limit(0.6, "Kendall's tau", "needed: and does so all along")
    late_leak_rows: int = limit(80, "readings", "needed to look at the last quarter alone")


def find_memory_leak(inputs: Inputs) -> Iterator[Finding]:
    """Yield the leak of the newest attempt (a restart frees memory), with the trend that every view speaks of."""
    memory, ahead, limits = inputs.memory, inputs.memory_outlook, inputs.limits.of(MemoryLeakLimits)
    if memory is None:
        return
    since = int(np.searchsorted(memory.rows, inputs.last_start))
    count = len(memory) - since
    if count < inputs.limits.shared.fewest_rows or ahead is None or not ahead.line.falls:
        return
    parts = [since + int(ALLOCATION_SHARE * count)]
    if count >= limits.late_leak_rows:
        parts.append(since + 3 * count // 4)
    for begin in parts:
        blocks = block_medians(memory.values[begin:], BLOCKS)
        slope = theil_sen(np.arange(len(blocks), dtype=np.float64), blocks)
        fall = -slope * (len(blocks) - 1)
        goes_down = mann_kendall(blocks) < -limits.leak_z and kendall_tau(blocks) < -limits.leak_tau
        if fall > limits.leak_percent / 100 * blocks[0] and goes_down and _still_falls(blocks, slope):
            evidence = {
                "start": Evidence(float(blocks[0]), "MB"),
                "now": Evidence(float(blocks[-1]), "MB"),
                "fall": Evidence(100 * fall / float(blocks[0]), "%"),
                **memory_trend(ahead),
            }
            yield Finding(KIND, "warning", memory.metric, (int(memory.rows[begin]),), evidence)
            return


def _still_falls(blocks: Floats, slope: float) -> bool:
    last = blocks[-max(3, len(blocks) // 3) :]
    return theil_sen(np.arange(len(last), dtype=np.float64), last) < STILL_FALLS * slope


CHECK = Check(KIND, ("warning",), find_memory_leak, MemoryLeakLimits, follows=("memory_crash",))
