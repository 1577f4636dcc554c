"""How fast it goes: the guide's grade of samples/s, and whether it became slower."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.preparation import Curve, Inputs
from trainmon.stats.robust import block_medians, noise

COMPILE_SHARE = 0.05  # of the rows: compiling, filling caches
BLOCKS = 20
OVERLAP = 0.1  # of the pairs of an early and a late block: so many may not be slower (a rank test that steps pass as well)


def find_slow_throughput(inputs: Inputs) -> Iterator[Finding]:
    """Yield a speed that the guide calls slow; only samples/s have a grade, never tokens or steps."""
    speed, limits = inputs.samples_per_second, inputs.limits
    if speed is None or len(speed) < limits.fewest_constant:
        return
    usual = float(np.median(speed.values))
    if usual < limits.slow_samples_per_second:
        evidence = {"speed": Evidence(usual, "samples/s"), "limit": Evidence(limits.slow_samples_per_second, "samples/s")}
        yield Finding("slow_throughput", "info", speed.metric, (), evidence)


def find_throughput_drop(inputs: Inputs) -> Iterator[Finding]:
    """Yield a speed whose last fifth is lower than its first quarter: of samples/s, else of steps per second."""
    speed = inputs.samples_per_second if _enough(inputs, inputs.samples_per_second) else inputs.pace
    if speed is None or not _enough(inputs, speed):
        return
    limits = inputs.limits
    blocks = block_medians(speed.values[max(1, int(COMPILE_SHARE * len(speed))) :], BLOCKS)
    first, last = blocks[: len(blocks) // 4], blocks[-(len(blocks) // 5) :]
    before, now = float(np.median(first)), float(np.median(last))
    if not before > 0:
        return
    drop = 100 * (before - now) / before
    scatter = 100 * float(np.nan_to_num(noise(blocks))) / before
    if drop <= max(limits.bit_slower_percent, 2.5 * scatter) or (first[:, None] <= last).mean() > OVERLAP:
        return
    middle = (before + now) / 2
    slow = np.flatnonzero(blocks > middle)
    onset = int((slow[-1] + 1) / len(blocks) * len(speed)) if len(slow) else 0
    unit = "samples/s" if speed is inputs.samples_per_second else "steps/s"
    evidence = {"before": Evidence(before, unit), "now": Evidence(now, unit), "drop": Evidence(drop, "%")}
    row = int(speed.rows[min(onset, len(speed) - 1)])
    yield Finding("throughput_drop", "warning" if drop >= limits.slower_percent else "notice", speed.metric, (row,), evidence)


def _enough(inputs: Inputs, speed: Curve | None) -> bool:
    return speed is not None and len(speed) >= inputs.limits.fewest_rows
