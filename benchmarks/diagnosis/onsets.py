"""Where a fault begins in a run, and how it grows from there."""

from __future__ import annotations

import numpy as np

from benchmarks.diagnosis.noise import Floats, Generator

FIRST_ONSET, LAST_ONSET = 0.1, 0.95  # of the run
QUICK, SLOW = 0.1, 0.8  # of what is left of the run: when a fault has grown to its full size


def onset_of(rng: Generator, count: int) -> int:
    """Return a row at which a fault begins: it leaves at least five rows to see it in."""
    return min(int(rng.uniform(FIRST_ONSET, LAST_ONSET) * count), count - 6)


def ramp_of(rng: Generator, count: int, onset: int) -> Floats:
    """Return 0 up to the onset, 1 from where the fault has its full size on, and a line between them; [count]."""
    length = max(1.0, rng.uniform(QUICK, SLOW) * (count - onset))
    return np.clip((np.arange(count) - onset) / length, 0, 1)
