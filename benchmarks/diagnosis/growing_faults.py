"""Faults that begin anywhere in a run, late ones too, and are there in full at its end: for a run that is watched on its way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.diagnosis.faults import Fault, Faulty, Strength, base_of, of_strength
from benchmarks.diagnosis.healthy import along, exponential, power_law
from benchmarks.diagnosis.machine_faults import MACHINE_FAULTS
from benchmarks.diagnosis.noise import Generator, noise, noisy
from benchmarks.diagnosis.onsets import FIRST_ONSET, LAST_ONSET, onset_of, ramp_of


def diverging(rng: Generator, strength: Strength) -> Faulty:
    """A loss that turns and rises to the end."""
    base = base_of(rng)
    onset = onset_of(rng, base.rows)
    ramp, rise = ramp_of(rng, base.rows, onset), of_strength(strength, 0.4, 0.8, 2.5)
    level = float(np.median(base.loss[max(0, onset - 10) : onset + 1]))
    return Faulty(
        "diverging", strength, replace(base, loss=base.loss + rise * level * ramp, val=base.val * (1 + rise * ramp)), onset
    )


def overfitting(rng: Generator, strength: Strength) -> Faulty:
    """A validation that turns while the train loss falls on; at least three validations come after its best."""
    base = exponential(rng) if rng.random() < 0.5 else power_law(rng)
    count, evaluations = base.rows, int(rng.integers(12, 61))
    at = np.unique(np.linspace(count / evaluations, count, evaluations).astype(int) - 1)
    best = min(int(rng.uniform(FIRST_ONSET, LAST_ONSET) * len(at)), len(at) - 4)
    level = float(np.median(base.loss[at[best] :])) * rng.uniform(1.1, 1.5)
    falling = np.maximum(best - np.arange(len(at)), 0) / max(1, best)
    rising = np.maximum(np.arange(len(at)) - best, 0) / (len(at) - 1 - best)
    val = np.full(count, np.nan)
    val[at] = noisy(rng, level * (1 + 0.8 * falling**2 + of_strength(strength, 0.15, 0.3, 0.8) * rising), 0.01)
    return Faulty("overfitting", strength, replace(base, loss=base.loss * np.exp(-0.8 * along(count)), val=val), int(at[best]))


def spikes(rng: Generator, strength: Strength) -> Faulty:
    """One row far above its neighbours."""
    base = base_of(rng)
    smooth = np.convolve(np.pad(base.loss, 4, mode="edge"), np.ones(9) / 9, mode="valid")
    loss, onset = noisy(rng, np.maximum(smooth, 1e-3), rng.uniform(0.01, 0.05)), onset_of(rng, base.rows)
    loss[onset] *= 1 + of_strength(strength, 1.5, 3.0, 8.0)
    return Faulty("spikes", strength, replace(base, loss=loss), onset)


def bursts(rng: Generator, strength: Strength) -> Faulty:
    """A few bursts of some times the level, each of which takes many rows to come back."""
    base = power_law(rng) if rng.random() < 0.5 else exponential(rng)
    count, first = base.rows, onset_of(rng, base.rows)
    loss = base.loss.copy()
    for start in np.linspace(first, count, int(rng.integers(1, 5)), endpoint=False).astype(int):
        back = max(3.0, rng.uniform(0.01, 0.05) * count)
        after = np.arange(count) - start
        loss *= 1 + of_strength(strength, 2.0, 4.0, 9.0) * np.where(after >= 0, np.exp(-np.maximum(after, 0) / back), 0.0)
    return Faulty("spikes", strength, replace(base, loss=loss), first)


def non_finite(rng: Generator, strength: Strength) -> Faulty:
    """One nan, five, or nothing else from a row on."""
    base = base_of(rng)
    first = onset_of(rng, base.rows)
    last = {"mild": first + 1, "moderate": min(base.rows, first + 5), "severe": base.rows}[strength]
    loss = base.loss.copy()
    loss[first:last] = np.nan
    return Faulty("non_finite", strength, replace(base, loss=loss, bad=frozenset(range(first, last))), first)


def memory_leak(rng: Generator, strength: Strength) -> Faulty:
    """Available memory that begins to fall and falls to the end."""
    base = base_of(rng)
    onset = onset_of(rng, base.rows)
    falling = np.maximum(np.arange(base.rows) - onset, 0) / (base.rows - 1 - onset)
    level, fall = rng.uniform(9000, 90_000), of_strength(strength, 0.25, 0.45, 0.75)
    memory = level * (1 - fall * falling) * (1 + rng.uniform(0.003, 0.01) * noise(rng, base.rows))
    return Faulty("memory_leak", strength, replace(base, memory=memory), onset)


def low_memory(rng: Generator, strength: Strength) -> Faulty:
    """Available memory that is low from a row on."""
    base = base_of(rng)
    onset = onset_of(rng, base.rows)
    usual = np.where(np.arange(base.rows) < onset, rng.uniform(1500, 9000), of_strength(strength, 850, 600, 150))
    return Faulty("low_memory", strength, replace(base, memory=usual * (1 + 0.02 * noise(rng, base.rows))), onset)


def memory_swings(rng: Generator, strength: Strength) -> Faulty:
    """Available memory that begins to jump from batch to batch."""
    base = base_of(rng)
    onset = onset_of(rng, base.rows)
    swing = of_strength(strength, 0.25, 0.35, 0.6) * (np.arange(base.rows) >= onset)
    memory = rng.uniform(6000, 30_000) * (1 - swing * rng.random(base.rows)) * (1 + 0.005 * noise(rng, base.rows))
    return Faulty("memory_swings", strength, replace(base, memory=memory), onset)


def throughput_drop(rng: Generator, strength: Strength) -> Faulty:
    """A speed that falls for good; sometimes only the clock of the rows tells."""
    base = base_of(rng)
    onset = onset_of(rng, base.rows)
    quick = np.clip((np.arange(base.rows) - onset + 1) / max(1.0, rng.uniform(0, 0.1) * (base.rows - onset)), 0, 1)
    factor = 1 - of_strength(strength, 0.2, 0.35, 0.6) * quick
    if rng.random() < 0.4:
        seconds = np.cumsum(np.diff(base.seconds, prepend=0) / factor)
        return Faulty("throughput_drop", strength, replace(base, seconds=seconds, speed=np.full(base.rows, np.nan)), onset)
    speed = rng.uniform(60, 900) * factor * (1 + rng.uniform(0.01, 0.06) * noise(rng, base.rows))
    speed[:: int(rng.integers(20, 60))] *= 0.5
    return Faulty("throughput_drop", strength, replace(base, speed=speed), onset)


GROWING_FAULTS: tuple[Fault, ...] = (
    diverging, overfitting, spikes, bursts, non_finite, memory_leak, low_memory, memory_swings, throughput_drop,
    *MACHINE_FAULTS,
)  # fmt: skip
