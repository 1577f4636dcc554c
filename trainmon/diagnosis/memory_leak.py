"""Available memory that falls: all along the newest attempt, or since a step on the way.

The first tenth of the readings is left out, while the model and its caches are loaded. Memory has begun to fall where the
newest readings lie below those before them, by more than 1.5 %, by five times their noise and three times what they usually
fell by in as many readings before, and where they go on falling: a step down that stays is none. Falling all along is a fall by
10 % from the start on, by the medians of twenty blocks. Both are notices. It is a warning once it is proven: a fall by 15 %, at
the same pace throughout, that has gone on for a tenth of the readings and for 60, or that reaches 1 GB within as many as it has
lasted. The trend, and the step at which memory is short, are those of the page Memory usage.

When it is wrong: a cache that fills, or another program that takes memory bit by bit, looks the same at first; it comes to
rest, and then this is no longer found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.evidence import memory_trend
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.diagnosis.low_memory import LowMemoryLimits
from trainmon.stats.arrays import Floats
from trainmon.stats.newest_fall import Fall, newest_fall
from trainmon.stats.robust import block_medians, theil_sen
from trainmon.stats.trend import kendall_tau, mann_kendall

KIND = "memory_leak"
ALLOCATION_SHARE = 0.10  # of the readings: the model and its caches are being loaded
BEGUN_SHARE = 0.015  # of the level: less comes and goes on every machine
BLOCKS = 20
STILL_FALLS = 0.25  # of the usual pace, over the last third: a page cache that fills comes to rest
EVEN = (0.8, 1.6)  # of the pace of the first half, over the second: what slows down may come to rest
LASTED_SHARE = 0.10  # of the readings: a program that starts takes its memory sooner
FEWEST_LASTED = 12  # readings


@dataclass(frozen=True)
class MemoryLeakLimits:
    """How far memory has to fall, and how steadily."""

    falling_percent: float = limit(10.0, "% of the start", "a smaller fall all along is none: page caches take about 5 %")
    leak_percent: float = limit(15.0, "% of the start", "a warning from here: what caches take is less, or slows down")
    leak_rows: int = limit(60, "readings", "of a fall needed for a warning: a program that starts needs fewer")
    leak_z: float = limit(3.0, "z (Mann-Kendall)", "needed: a leak goes one way")
    leak_tau: float = limit(0.6, "Kendall's tau", "needed: and does so all along")


def find_memory_leak(inputs: Inputs) -> Iterator[Finding]:
    """Yield the fall of the newest attempt (a restart frees memory), with the trend that every view speaks of."""
    memory = inputs.memory
    if memory is None:
        return
    since = int(np.searchsorted(memory.rows, inputs.last_start))
    count = len(memory) - since
    if count < inputs.limits.shared.fewest_rows:
        return
    settled = since + int(ALLOCATION_SHARE * count)
    newest = newest_fall(memory.values[settled:], BEGUN_SHARE)
    found = list(_all_along(inputs, memory, settled))
    if newest is not None:
        found.append(_finding(inputs, memory, replace(newest, onset=settled + newest.onset), "begun"))
    yield from sorted(found, key=lambda each: not each.alarms)[:1]


def _all_along(inputs: Inputs, memory: Curve, begin: int) -> Iterator[Finding]:
    """Yield a fall from the start on."""
    ahead, limits = inputs.memory_outlook, inputs.limits.of(MemoryLeakLimits)
    if ahead is None or not ahead.line.falls:
        return
    blocks = block_medians(memory.values[begin:], BLOCKS)
    slope = _slope(blocks)
    fall, start, third = -slope * (len(blocks) - 1), float(blocks[0]), max(3, len(blocks) // 3)
    goes_down = mann_kendall(blocks) < -limits.leak_z and kendall_tau(blocks) < -limits.leak_tau
    if fall > limits.falling_percent / 100 * start and goes_down and _slope(blocks[-third:]) < STILL_FALLS * slope:
        yield _finding(inputs, memory, Fall(begin, len(memory) - begin, start, fall))


def _finding(inputs: Inputs, memory: Curve, fall: Fall, case: str = "") -> Finding:
    ahead = inputs.memory_outlook
    evidence = {
        "start": Evidence(fall.level, "MB"),
        "now": Evidence(fall.level - fall.depth, "MB"),
        "fall": Evidence(100 * fall.share, "%"),
        **(memory_trend(ahead) if ahead is not None and ahead.line.falls else {}),
    }
    severity: Severity = "warning" if _proven(inputs, memory, fall) else "notice"
    return Finding(KIND, severity, memory.metric, (int(memory.rows[fall.onset]),), evidence, case)


def _proven(inputs: Inputs, memory: Curve, fall: Fall) -> bool:
    """Say whether a fall is deep, does not slow down, and has gone on for long, or else for as many readings as are left."""
    limits, low = inputs.limits.of(MemoryLeakLimits), inputs.limits.of(LowMemoryLimits).low_memory_mb
    if fall.share <= limits.leak_percent / 100:
        return False
    part = memory.values[fall.onset :]
    first, second = _pace(part[: len(part) // 2]), _pace(part[len(part) // 2 :])
    if not EVEN[0] * first > second > EVEN[1] * first:
        return False
    long = fall.lasted >= max(limits.leak_rows, LASTED_SHARE * len(memory))
    return long or (fall.lasted >= FEWEST_LASTED and fall.level - fall.depth - low < fall.depth)


def _pace(values: Floats) -> float:
    """Return by how much values rise from one to the next."""
    return theil_sen(block_medians(np.arange(len(values), dtype=np.float64), BLOCKS), block_medians(values, BLOCKS))


def _slope(blocks: Floats) -> float:
    return theil_sen(np.arange(len(blocks), dtype=np.float64), blocks)


CHECK = Check(KIND, ("warning", "notice"), find_memory_leak, MemoryLeakLimits, follows=("memory_crash",), asks="rows once")
