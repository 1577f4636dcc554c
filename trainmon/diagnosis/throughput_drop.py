"""A training that became slower for good.

Samples/s are looked at where they were logged, else steps/s between the rows. The first twentieth is left out, while the model is
compiled and caches fill. The last fifth of twenty blocks is compared with the first quarter: a drop of 8 % that is also 2.5 times
their scatter is a notice, and of 15 % a warning. Medians of blocks do not see the pauses of evaluations and checkpoints.

When it is wrong: longer samples make the same work look slower, as where the data are sorted by length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.stats.robust import block_medians, noise

KIND = "throughput_drop"
COMPILE_SHARE = 0.05  # of the rows: compiling, filling caches
BLOCKS = 20
OVERLAP = 0.1  # of the pairs of an early and a late block: so many may not be slower (a rank test that steps pass as well)


@dataclass(frozen=True)
class ThroughputDropLimits:
    """How much slower is worth a word."""

    slower_percent: float = limit(15.0, "% of the early speed", "a warning from here")
    bit_slower_percent: float = limit(8.0, "% of the early speed", "a notice from here: a laptop's clock moves by a few percent")


def find_throughput_drop(inputs: Inputs) -> Iterator[Finding]:
    """Yield a speed whose last fifth is lower than its first quarter: of samples/s, else of steps per second."""
    speed = inputs.samples_per_second if _enough(inputs, inputs.samples_per_second) else inputs.pace
    if speed is None or not _enough(inputs, speed):
        return
    limits = inputs.limits.of(ThroughputDropLimits)
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
    yield Finding(KIND, "warning" if drop >= limits.slower_percent else "notice", speed.metric, (row,), evidence)


def _enough(inputs: Inputs, speed: Curve | None) -> bool:
    return speed is not None and len(speed) >= inputs.limits.shared.fewest_rows


CHECK = Check(KIND, ("warning", "notice"), find_throughput_drop, ThroughputDropLimits)
