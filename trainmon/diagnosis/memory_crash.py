"""A run that broke off when hardly any memory was left.

The lowest of the last three readings is compared with the usual ones. Memory was gone where it is below 1 GB and below half of
the median, and where the run was interrupted, failed, fell silent or ended without having done what it meant to. It is an error
where the run is known to have broken off. Low or falling memory in the same run is told below it.

When it is wrong: the run may have been stopped by hand at that moment, for another reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit

KIND = "memory_crash"
KNOWN_TO = ("interrupted", "failed")
MAY_HAVE = ("silent", "ended")  # broken off: nobody was told
LAST_READINGS = 3  # of the memory: the lowest of these is what there was at the end


@dataclass(frozen=True)
class MemoryCrashLimits:
    """What is hardly any memory."""

    crash_memory_mb: float = limit(1024.0, "MB", "a run that broke off with less ran out of it")


def find_memory_crash(inputs: Inputs) -> Iterator[Finding]:
    """Yield the end of a run that broke off with hardly any memory left."""
    memory, state = inputs.memory, inputs.state
    if memory is None or state is None or len(memory) < LAST_READINGS:
        return
    if state.complete or state.word not in (*KNOWN_TO, *MAY_HAVE):
        return
    last, usual = float(memory.lowest[-LAST_READINGS:].min()), float(np.median(memory.values))
    if last >= inputs.limits.of(MemoryCrashLimits).crash_memory_mb or last > 0.5 * usual:
        return
    severity: Severity = "error" if state.word in KNOWN_TO else "warning"
    evidence = {"last": Evidence(last, "MB"), "usual": Evidence(usual, "MB")}
    yield Finding(KIND, severity, memory.metric, (int(memory.rows[-1]),), evidence, state.word)


CHECK = Check(KIND, ("error", "warning"), find_memory_crash, MemoryCrashLimits, asks="state")
