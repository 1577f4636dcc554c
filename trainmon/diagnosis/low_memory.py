"""Available memory below 1 GB.

Three readings below the limit are enough, or two that follow each other; one alone is a moment's peak. It is an error where
memory fell below 256 MB. A reading of 0 was not logged, and does not count. Where memory falls all along, the finding also says
how fast.

When it is wrong: on machines whose memory the GPU shares, other programs take and give back memory, and a small machine may
always have less than 1 GB left.
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

KIND = "low_memory"
FEWEST = 2  # readings
IN_ALL = 3  # low readings, where no two follow each other: one alone is a moment's peak


@dataclass(frozen=True)
class LowMemoryLimits:
    """What available memory should never fall below."""

    low_memory_mb: float = limit(1024.0, "MB", 'less is low; the guide: "nunca deve cair abaixo de 1GB" (never below 1 GB)')
    very_low_memory_mb: float = limit(256.0, "MB", "an error below it: the next allocation fails")


def find_low_memory(inputs: Inputs) -> Iterator[Finding]:
    """Yield readings below the limit, from the first of them on."""
    memory, ahead, limits = inputs.memory, inputs.memory_outlook, inputs.limits.of(LowMemoryLimits)
    if memory is None or len(memory) < FEWEST:
        return
    low = memory.lowest < limits.low_memory_mb
    in_sequence = bool((low[1:] & low[:-1]).any()) if memory.size == 1 else bool(low.any())
    if low.sum() < IN_ALL and not in_sequence:
        return
    lowest = int(np.argmin(memory.lowest))
    evidence = {
        "lowest": Evidence(float(memory.lowest[lowest]), "MB"),
        "readings": Evidence(int(low.sum()), "readings"),
        "limit": Evidence(limits.low_memory_mb, "MB"),
        **(memory_trend(ahead) if ahead is not None and ahead.line.falls else {}),
    }
    severe = memory.lowest[lowest] < limits.very_low_memory_mb
    rows = (int(memory.rows[int(np.argmax(low))]),)
    yield Finding(KIND, "error" if severe else "warning", memory.metric, rows, evidence)


CHECK = Check(KIND, ("error", "warning"), find_low_memory, LowMemoryLimits, follows=("memory_crash", "memory_leak"))
