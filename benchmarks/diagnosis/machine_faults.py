"""Faults of the machine that begin somewhere in a run whose machine is sampled: a GPU that waits, heat, swap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.diagnosis.faults import Fault, Faulty, Strength, base_of, of_strength
from benchmarks.diagnosis.healthy import Log
from benchmarks.diagnosis.healthy_machine import sampled
from benchmarks.diagnosis.noise import Floats, Generator, noise

FIRST_ONSET, LAST_ONSET = 0.1, 0.9  # of the run


def _begun(rng: Generator) -> tuple[Log, int, Floats]:
    """Return a run, the row at which its fault begins, and 0 before it and 1 from it on, [rows]."""
    base = base_of(rng)
    onset = min(int(rng.uniform(FIRST_ONSET, LAST_ONSET) * base.rows), base.rows - 6)
    return base, onset, (np.arange(base.rows) >= onset).astype(np.float64)


def _slower(rng: Generator, base: Log, since: Floats, drop: float) -> Log:
    speed = rng.uniform(60, 900) * (1 - drop * since) * (1 + rng.uniform(0.01, 0.04) * noise(rng, base.rows))
    return replace(base, speed=speed, seconds=np.cumsum(rng.uniform(2, 20) / (1 - drop * since)))


def starved(rng: Generator, strength: Strength) -> Faulty:
    """A GPU that waits for the data loader from a row on: it works in bursts, and the CPU is busy."""
    base, onset, since = _begun(rng)
    bursts = np.where(
        rng.random(base.rows) < of_strength(strength, 0.4, 0.3, 0.2), rng.uniform(80, 100, base.rows), 5 * rng.random(base.rows)
    )
    samples = sampled(rng, base.rows)
    samples["gpu0_utilisation_percent"] = np.where(since > 0, bursts, samples["gpu0_utilisation_percent"])
    samples["cpu_percent"] = np.where(since > 0, rng.uniform(60, 100) + 3 * noise(rng, base.rows), samples["cpu_percent"])
    slow = _slower(rng, base, since, of_strength(strength, 0.3, 0.5, 0.7))
    return Faulty("starved", strength, replace(slow, samples=samples), onset)


def throttled(rng: Generator, strength: Strength) -> Faulty:
    """A GPU that gets too hot from a row on and lowers its clock; its driver may say so."""
    base, onset, since = _begun(rng)
    samples = sampled(rng, base.rows, heat=rng.uniform(60, 78))
    samples["gpu0_temperature_c"] = samples["gpu0_temperature_c"] * (1 - since) + since * (
        rng.uniform(84, 92) + rng.normal(0, 1, base.rows)
    )
    if rng.random() < 0.5:
        samples["gpu0_slowed_by_heat"] = since * (rng.random(base.rows) < 0.8)
    slow = _slower(rng, base, since, of_strength(strength, 0.2, 0.35, 0.6))
    return Faulty("throttled", strength, replace(slow, samples=samples), onset)


def swapping(rng: Generator, strength: Strength) -> Faulty:
    """Memory that no longer fits from a row on: swap grows to some gigabytes, and every step waits for the disk."""
    base, onset, since = _begun(rng)
    samples = sampled(rng, base.rows)
    grown = np.clip(np.cumsum(since) / (0.02 * base.rows + 1), 0, 1)
    samples["swap_mb"] = samples["swap_mb"] + grown * of_strength(strength, 2_500, 5_000, 12_000)
    slow = _slower(rng, base, since, of_strength(strength, 0.3, 0.5, 0.8))
    return Faulty("swapping", strength, replace(slow, samples=samples), onset)


MACHINE_FAULTS: tuple[Fault, ...] = (starved, throttled, swapping)
