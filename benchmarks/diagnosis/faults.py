"""Faults put into healthy curves, each at three strengths; onset is the row at which it begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from benchmarks.diagnosis.healthy import Log, along, exponential, good_base, log, power_law, size
from benchmarks.diagnosis.noise import Floats, Generator, noise, noisy

Strength = Literal["mild", "moderate", "severe"]
STRENGTHS: tuple[Strength, ...] = ("mild", "moderate", "severe")
BASES = (power_law, exponential, good_base)


@dataclass(frozen=True, eq=False)
class Faulty:
    """A log with a known fault; `onset` is None where the fault has no beginning."""

    kind: str
    strength: Strength
    log: Log
    onset: int | None = None


Fault = Callable[[Generator, Strength], Faulty]


def of_strength(strength: Strength, mild: float, moderate: float, severe: float) -> float:
    """Return the one of three sizes."""
    return {"mild": mild, "moderate": moderate, "severe": severe}[strength]


def base_of(rng: Generator) -> Log:
    """Return a healthy log for a fault to be put into."""
    return BASES[int(rng.integers(len(BASES)))](rng)


def not_learning(rng: Generator, strength: Strength) -> Faulty:
    """A loss without a fall worth the name; at its worst not even noise."""
    count = size(rng)
    level, t = rng.uniform(0.5, 8), along(count)
    clean = level * (1 - of_strength(strength, 0.008, 0.003, 0.0) * t)
    if strength == "severe" and rng.random() < 0.4:
        constant = log(rng, "constant", clean, relative=0.0)
        return Faulty("not_learning", strength, replace(constant, loss=np.full(count, level)))
    return Faulty("not_learning", strength, log(rng, "flat", clean, relative=rng.uniform(0.01, 0.1)))


def diverging(rng: Generator, strength: Strength) -> Faulty:
    """A loss that turns somewhere from 40 to 80 % of the run and rises, steadily or in one step."""
    base = base_of(rng)
    turn = int(base.rows * rng.uniform(0.4, 0.8))
    after = np.clip((np.arange(base.rows) - turn) / max(1, base.rows - turn), 0, 1)
    shape = after ** rng.uniform(0.5, 1) if rng.random() < 0.7 else (after > 0).astype(float)
    rise = of_strength(strength, 0.4, 0.8, 2.5) * shape
    loss = base.loss + rise * float(np.median(base.loss[max(0, turn - 10) : turn + 1]))
    return Faulty("diverging", strength, replace(base, loss=loss, val=base.val * (1 + rise)), turn)


def overfitting(rng: Generator, strength: Strength) -> Faulty:
    """A validation that turns while the train loss falls on."""
    base = exponential(rng) if rng.random() < 0.5 else power_law(rng)
    count, evaluations = base.rows, int(rng.integers(8, 41))
    t = along(count)
    best = rng.uniform(0.25, 0.65)
    train = base.loss * np.exp(-0.8 * t)
    at = np.unique(np.linspace(count / evaluations, count, evaluations).astype(int) - 1)
    level = float(np.median(train[int(best * count) :])) * rng.uniform(1.1, 1.5)
    falling = np.maximum(best - t[at], 0) / best
    rising = np.maximum(t[at] - best, 0) / (1 - best)
    curve = level * (1 + 0.8 * falling**2 + of_strength(strength, 0.12, 0.3, 0.8) * rising)
    val = np.full(count, np.nan)
    val[at] = noisy(rng, curve, 0.01)
    return Faulty("overfitting", strength, replace(base, loss=train, val=val), int(best * count))


def train_val_gap(rng: Generator, strength: Strength) -> Faulty:
    """A validation that stops falling far above a train loss that goes on."""
    count, evaluations = size(rng), int(rng.integers(8, 41))
    t, ratio = along(count), of_strength(strength, 1.8, 2.5, 5.0)
    floor = rng.uniform(0.2, 1)
    train = floor * (1 + 4 * np.exp(-5 * t))
    at = np.unique(np.linspace(count / evaluations, count, evaluations).astype(int) - 1)
    val = np.full(count, np.nan)
    val[at] = noisy(rng, floor * np.maximum(ratio, 1.1 * (1 + 4 * np.exp(-5 * t[at]))), 0.01)
    made = log(rng, "gap", train, relative=0.04)
    return Faulty("train_val_gap", strength, replace(made, val=val))


def spikes(rng: Generator, strength: Strength) -> Faulty:
    """A few rows far above their neighbours."""
    base = replace(base_of(rng))
    quiet = log(rng, base.family, np.maximum(base.loss, 1e-3), relative=0.0, evaluations=0)
    smooth = np.convolve(quiet.loss, np.ones(9) / 9, mode="same")[4:-4]
    loss = noisy(rng, smooth, rng.uniform(0.01, 0.05))
    count = len(loss)
    at = rng.choice(np.arange(int(0.15 * count), int(0.9 * count)), size=int(rng.integers(2, 5)), replace=False)
    loss[at] *= 1 + of_strength(strength, 0.8, 1.5, 4.0) * rng.uniform(0.9, 1.3, len(at))
    made = log(rng, base.family, smooth, relative=0.0, evaluations=0)
    return Faulty("spikes", strength, replace(made, loss=loss), int(at.min()))


def non_finite(rng: Generator, strength: Strength) -> Faulty:
    """One nan, a burst of them, or nothing else from a row on."""
    base = base_of(rng)
    first = int(base.rows * rng.uniform(0.3, 0.9))
    last = {"mild": first + 1, "moderate": min(base.rows, first + 5), "severe": base.rows}[strength]
    loss = base.loss.copy()
    loss[first:last] = np.nan
    return Faulty("non_finite", strength, replace(base, loss=loss, bad=frozenset(range(first, last))), first)


def _memory(rng: Generator, made: Callable[[int], Floats]) -> Log:
    base = base_of(rng)
    return replace(base, memory=made(base.rows))


def memory_leak(rng: Generator, strength: Strength) -> Faulty:
    """Available memory that falls all along."""
    fall = of_strength(strength, 0.18, 0.4, 0.75)
    made = _memory(rng, lambda n: rng.uniform(9000, 40_000) * (1 - fall * along(n)) * (1 + 0.01 * noise(rng, n)))
    return Faulty("memory_leak", strength, made)


def low_memory(rng: Generator, strength: Strength) -> Faulty:
    """Available memory around a low level."""
    level = of_strength(strength, 850, 600, 150)
    return Faulty("low_memory", strength, _memory(rng, lambda n: level * (1 + 0.03 * noise(rng, n))))


def memory_swings(rng: Generator, strength: Strength) -> Faulty:
    """Available memory that jumps between two levels from batch to batch."""
    swing = of_strength(strength, 0.22, 0.35, 0.6)
    made = _memory(rng, lambda n: rng.uniform(6000, 30_000) * (1 - swing * rng.random(n)) * (1 + 0.005 * noise(rng, n)))
    return Faulty("memory_swings", strength, made)


def throughput_drop(rng: Generator, strength: Strength) -> Faulty:
    """A speed that falls somewhere in the middle and stays low."""
    base, drop = base_of(rng), of_strength(strength, 0.2, 0.35, 0.6)
    turn = int(base.rows * rng.uniform(0.35, 0.7))
    values = rng.uniform(100, 900) * (1 + 0.02 * noise(rng, base.rows)) * np.where(np.arange(base.rows) < turn, 1, 1 - drop)
    return Faulty("throughput_drop", strength, replace(base, speed=values), turn)


def slow_throughput(rng: Generator, strength: Strength) -> Faulty:
    """Few samples per second."""
    base = base_of(rng)
    return Faulty(
        "slow_throughput", strength, replace(base, speed=of_strength(strength, 40, 20, 3) * (1 + 0.02 * noise(rng, base.rows)))
    )


def plateau(rng: Generator, strength: Strength) -> Faulty:
    """A loss that has not moved for the last part of the run."""
    count = size(rng)
    t, flat = along(count), of_strength(strength, 0.5, 0.4, 0.25)
    clean = rng.uniform(0.4, 2) * (1 + 1.5 * np.maximum(0, 1 - t / flat) ** 2)
    return Faulty("plateau", strength, log(rng, "plateau", clean, relative=rng.uniform(0.01, 0.04)))


def still_improving(rng: Generator, strength: Strength) -> Faulty:
    """A loss that falls to the last row."""
    t = along(size(rng))
    clean = rng.uniform(1, 4) * np.exp(-of_strength(strength, 0.5, 1.0, 2.0) * t)
    return Faulty("still_improving", strength, log(rng, "still improving", clean, relative=rng.uniform(0.01, 0.04)))


FAULTS: tuple[Fault, ...] = (
    not_learning, diverging, overfitting, train_val_gap, spikes, non_finite, memory_leak, low_memory, memory_swings,
    throughput_drop, slow_throughput, plateau, still_improving,
)  # fmt: skip
