"""Models that are saved along a training: as they should be, and no more from some row on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.diagnosis.as_run import START
from benchmarks.diagnosis.faults import Fault, Faulty, Strength, of_strength
from benchmarks.diagnosis.healthy import Family, Log, by_epoch, exponential, hump, power_law
from benchmarks.diagnosis.noise import Generator
from trainmon.runs.run import Checkpoint
from trainmon.stats.arrays import Indices

STEPS_A_ROW = 10


def _slow(rng: Generator, made: Log) -> Log:
    """Return a log that takes six hours to two days."""
    return replace(made, seconds=made.seconds * rng.uniform(6, 48) * 3600 / made.seconds[-1])


def _base(rng: Generator) -> Log:
    return _slow(rng, power_law(rng) if rng.random() < 0.5 else exponential(rng))


def models(made: Log, rows: Indices) -> tuple[Checkpoint, ...]:
    """Return a model saved at each of some rows."""
    steps, times = (STEPS_A_ROW * rows).tolist(), (START + made.seconds[rows]).tolist()
    return tuple(Checkpoint(f"checkpoint-{step}", None, step, at) for step, at in zip(steps, times, strict=True))


def every(rng: Generator, made: Log) -> int:
    """Return after how many rows a model is saved: a fiftieth to a fifth of the run."""
    return max(2, int(rng.uniform(0.02, 0.2) * made.rows))


def saved_as_usual(rng: Generator) -> Log:
    """A model every so many steps, the first of them deleted in half of the runs; one of them failed now and then."""
    made = _base(rng)
    gap = every(rng, made)
    rows = np.arange(gap, made.rows, gap)
    if len(rows) > 4 and rng.random() < 0.4:
        rows = np.delete(rows, int(rng.integers(1, len(rows) - 1)))
    config = {"save_steps": STEPS_A_ROW * gap} if rng.random() < 0.5 else {}
    return replace(made, family="saved as usual", saved=models(made, rows), config=config)


def only_the_best(rng: Generator) -> Log:
    """The best model alone is saved, at each validation that is better than all before it; then none is better any more."""
    made = _slow(rng, hump(rng) if rng.random() < 0.5 else by_epoch(rng))
    at = np.flatnonzero(np.isfinite(made.val))
    lowest = np.minimum.accumulate(made.val[at]) if len(at) else at
    best = at[np.diff(lowest, prepend=np.inf) < 0] if len(at) else at
    return replace(made, family="only the best saved", saved=models(made, best[best > 0]))


def saved_once(rng: Generator) -> Log:
    """One or two models by hand, or none."""
    made = _base(rng)
    rows = np.unique(rng.integers(1, made.rows, int(rng.integers(0, 3))))
    return replace(made, family="saved by hand", saved=models(made, rows))


def no_longer_saved(rng: Generator, strength: Strength) -> Faulty:
    """No model any more from a row on, though one was saved every so many steps."""
    made = _base(rng)
    gap = max(2, int(made.rows / rng.uniform(12, 40)))
    last = int(made.rows / gap * of_strength(strength, 0.75, 0.5, 0.3)) * gap
    config = {"save_steps": STEPS_A_ROW * gap} if rng.random() < 0.5 else {}
    saved = models(made, np.arange(gap, last + 1, gap))
    return Faulty("work_at_risk", strength, replace(made, saved=saved, config=config, end=None, read_after=0.0), last)


FAMILIES: tuple[Family, ...] = (saved_as_usual, only_the_best, saved_once)
GROWING_FAULTS: tuple[Fault, ...] = (no_longer_saved,)
