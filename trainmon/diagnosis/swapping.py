"""Memory that the machine moves to disk: swap grows, and the training becomes slower.

Where the GPU shares the memory of the machine, as on Apple silicon, and on small machines, a training that needs too much does
not fail: it swaps. The swap in use now is compared with what it was at the start of the attempt. Where it grew by 1 GB and the
speed has dropped, it is a notice, and a warning where that drop is one. Nothing is said where swap was not sampled, nor of swap
that slows nothing down.

When it is wrong: systems move what other programs do not use to swap as well, and the training may have become slower for
another reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.diagnosis.throughput_drop import slower

KIND = "swapping"
START = 5  # samples: their median is what was in swap at the start
LAST = 3  # samples: their median is what is there now


@dataclass(frozen=True)
class SwappingLimits:
    """How much swap is worth a word."""

    swap_grew_mb: float = limit(1024.0, "MB", "more than at the start: less is what systems move there anyway")


def find_swapping(inputs: Inputs) -> Iterator[Finding]:
    """Yield a swap that has grown while the training became slower."""
    swap = inputs.sampled.get("swap")
    if swap is None or len(swap) < 2 * START:
        return
    start, now = float(np.median(swap.values[:START])), float(np.median(swap.values[-LAST:]))
    found = slower(inputs) if now - start >= inputs.limits.of(SwappingLimits).swap_grew_mb else None
    if found is None:
        return
    evidence = {
        "swap_before": Evidence(start, "MB"),
        "swap": Evidence(now, "MB"),
        "drop": Evidence(100 * found.drop.share, "%"),
    }
    yield Finding(KIND, "warning" if found.proven else "notice", None, (found.row,), evidence)


CHECK = Check(KIND, ("warning", "notice"), find_swapping, SwappingLimits, asks="rows once")
