"""A training that became slower for good.

Samples/s are looked at where they were logged, else steps/s between the rows. The first twentieth is left out, while the model
is compiled and caches fill. The newest rows are compared with those before them: where nearly all of at least five are slower,
by 8 %, by four times what noise makes of so many, and by more than ever before in the run, it is a notice. It is a warning once
it has lasted for a quarter of the rows and for 30, and is 15 % of the speed. A speed that sinks bit by bit is a notice where the
last fifth of twenty blocks lies below the first quarter, by 8 % and by 2.5 times their scatter. Pauses of evaluations and
checkpoints take fewer rows, or come again and again.

When it is wrong: longer samples make the same work look slower, as where the data are sorted by length; other work on the
machine slows a training down for a while.
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
from trainmon.stats.arrays import Floats
from trainmon.stats.newest_drop import Drop, newest_drop
from trainmon.stats.robust import block_medians, noise

KIND = "throughput_drop"
COMPILE_SHARE = 0.05  # of the rows: compiling, filling caches
BLOCKS = 20
OVERLAP = 0.1  # of the pairs of an early and a late block: so many may not be slower (a rank test that steps pass as well)
LASTED_SHARE = 0.25  # of the rows
SINKS_ON = 0.2  # of the drop, from the older to the newer half of what came after it


@dataclass(frozen=True)
class ThroughputDropLimits:
    """How much slower is worth a word."""

    slower_percent: float = limit(15.0, "% of the early speed", "a warning from here")
    bit_slower_percent: float = limit(8.0, "% of the early speed", "a notice from here: a laptop's clock moves by a few percent")
    slower_rows: int = limit(30, "rows", "needed for a warning: other work on the machine may end sooner")


def find_throughput_drop(inputs: Inputs) -> Iterator[Finding]:
    """Yield a speed that has dropped, lately or of the whole run: of samples/s, else of steps per second."""
    found = slower(inputs)
    if found is not None:
        unit = "samples/s" if found.speed is inputs.samples_per_second else "steps/s"
        evidence = {
            "before": Evidence(found.drop.before, unit),
            "now": Evidence(found.drop.now, unit),
            "drop": Evidence(100 * found.drop.share, "%"),
        }
        yield Finding(KIND, "warning" if found.proven else "notice", found.speed.metric, (found.row,), evidence)


@dataclass(frozen=True, eq=False)
class Slower:
    """A drop of the speed, from a row on; `proven` says that it is large, has lasted for long, and stays."""

    speed: Curve
    drop: Drop
    row: int
    proven: bool


def slower(inputs: Inputs) -> Slower | None:
    """Return the drop of the speed that a training stands after, None where there is none."""
    speed = inputs.samples_per_second if _enough(inputs, inputs.samples_per_second) else inputs.pace
    if speed is None or not _enough(inputs, speed):
        return None
    limits, begin = inputs.limits.of(ThroughputDropLimits), max(1, int(COMPILE_SHARE * len(speed)))
    values = speed.values[begin:]
    newest = newest_drop(values, limits.bit_slower_percent / 100)
    drop = newest or _of_all(values, limits)
    if drop is None:
        return None
    lasted = newest is not None and drop.lasted >= max(limits.slower_rows, LASTED_SHARE * len(values))
    proven = lasted and 100 * drop.share >= limits.slower_percent and _stays(values[drop.onset :], drop)
    return Slower(speed, drop, int(speed.rows[begin + drop.onset]), proven)


def _stays(part: Floats, drop: Drop) -> bool:
    """Say whether the speed stays where it dropped to; where it sinks on and on, the samples may be sorted by length."""
    half = len(part) // 2
    return float(np.median(part[:half]) - np.median(part[half:])) < SINKS_ON * (drop.before - drop.now)


def _of_all(values: Floats, limits: ThroughputDropLimits) -> Drop | None:
    """Return a drop from the first quarter of all values to their last fifth."""
    blocks = block_medians(values, BLOCKS)
    first, last = blocks[: len(blocks) // 4], blocks[-(len(blocks) // 5) :]
    before, now = float(np.median(first)), float(np.median(last))
    if not before > 0:
        return None
    drop, scatter = 100 * (before - now) / before, 100 * float(np.nan_to_num(noise(blocks))) / before
    if drop <= max(limits.bit_slower_percent, 2.5 * scatter) or (first[:, None] <= last).mean() > OVERLAP:
        return None
    slow = np.flatnonzero(blocks > (before + now) / 2)
    onset = min(int((slow[-1] + 1) / len(blocks) * len(values)) if len(slow) else 0, len(values) - 1)
    return Drop(onset, len(values) - onset, before, now)


def _enough(inputs: Inputs, speed: Curve | None) -> bool:
    return speed is not None and len(speed) >= inputs.limits.shared.fewest_rows


CHECK = Check(
    KIND,
    ("warning", "notice"),
    find_throughput_drop,
    ThroughputDropLimits,
    ("throttled", "swapping", "starved"),
    asks="rows once",
)
