"""Held out: faults that begin anywhere in a run, and fault-free machines, in other forms than those that limits were set on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.diagnosis.faults import Fault, Faulty, Strength
from benchmarks.diagnosis.healthy import Family, Log
from benchmarks.diagnosis.held_out_faults import between, falling
from benchmarks.diagnosis.held_out_shapes import any_fall, batch_noise, length, logged, plain, spread, wander
from benchmarks.diagnosis.noise import Floats, Generator

FEWEST_AFTER = 8  # rows from the onset to the end: fewer are seen by nobody


def begun(rng: Generator, count: int) -> int:
    """Return the row at which a fault begins: in a third of the runs in their last fifth."""
    share = rng.uniform(0.8, 0.96) if rng.random() < 1 / 3 else rng.uniform(0.08, 0.8)
    return min(int(share * count), count - FEWEST_AFTER)


def after(count: int, onset: int) -> Floats:
    """Return 0 up to the onset and up to 1 at the end, in a line; [count]."""
    return np.clip((np.arange(count) - onset) / (count - 1 - onset), 0, 1)


def diverging(rng: Generator, strength: Strength) -> Faulty:
    """A loss that climbs in a curve or breaks out at once and stays up."""
    t, _, made = falling(rng, 80)
    onset = begun(rng, len(t))
    grown = after(len(t), onset)
    shape = (grown**1.3, np.tanh(4 * grown) / np.tanh(4), np.minimum(1, 12 * grown))[int(rng.integers(3))]
    around = float(np.median(made.loss[max(0, onset - 15) : onset + 1]))
    rise = around * between(rng, strength, mild=(0.35, 0.5), moderate=(0.7, 1.2), severe=(2, 9)) * shape
    return Faulty("diverging", strength, replace(made, loss=made.loss + rise), onset)


def overfitting(rng: Generator, strength: Strength) -> Faulty:
    """A validation that turns upwards, evenly or slower and slower, and a train loss that dives."""
    count, evaluations = length(rng, 80), int(rng.integers(14, 70))
    t = np.linspace(0, 1, count)
    at = spread(count, min(evaluations, count // 3))
    best = min(max(2, int(begun(rng, count) / count * len(at))), len(at) - 5)
    clean = any_fall(rng, t) * np.exp(-0.7 * t)
    grown = np.clip((np.arange(len(at)) - best) / (len(at) - 1 - best), 0, 1)
    shape = grown if rng.random() < 0.5 else np.sqrt(grown)
    before = np.clip(1 - np.arange(len(at)) / best, 0, 1) ** 1.5
    worse = between(rng, strength, mild=(0.13, 0.2), moderate=(0.3, 0.5), severe=(0.7, 2))
    val = np.full(count, np.nan)
    level = float(np.median(clean[at[best] :])) * rng.uniform(1.02, 1.5)
    val[at] = (
        level * (1 + rng.uniform(0.2, 1) * before + worse * shape) * (1 + rng.uniform(0.002, 0.012) * batch_noise(rng, len(at)))
    )
    made = plain(rng, "learned by heart", logged(rng, clean, rng.uniform(0.01, 0.08)))
    return Faulty("overfitting", strength, replace(made, val=val), int(at[best]))


def spikes(rng: Generator, strength: Strength) -> Faulty:
    """One peak, or a few that come down over some rows."""
    t, _, made = falling(rng, 80)
    first, loss = begun(rng, len(t)), made.loss.copy()
    height = between(rng, strength, mild=(1.2, 2), moderate=(2.5, 4), severe=(6, 15))
    for at in {first, *rng.integers(first, len(t), int(rng.integers(0, 4))).tolist()}:
        fade = 0.5 if rng.random() < 0.5 else float(np.exp(-1 / rng.uniform(2, 0.02 * len(t) + 3)))
        loss[at:] *= 1 + height * fade ** np.arange(len(t) - at)
    return Faulty("spikes", strength, replace(made, loss=loss), first)


def non_finite(rng: Generator, strength: Strength) -> Faulty:
    """Infinity or nan in the loss: once, some rows long, or to the end."""
    t, _, made = falling(rng)
    first, loss = begun(rng, len(t)), made.loss.copy()
    stop = {"mild": first + 1, "moderate": first + int(rng.integers(2, 7)), "severe": len(t)}[strength]
    loss[first:stop] = np.nan if rng.random() < 0.6 else np.inf
    return Faulty("non_finite", strength, replace(made, loss=loss, bad=frozenset(range(first, stop))), first)


def memory_leak(rng: Generator, strength: Strength) -> Faulty:
    """Memory that is steady and then falls, in a line, ever faster, or by steps that do not end."""
    t, _, made = falling(rng, 80)
    onset = begun(rng, len(t))
    grown = after(len(t), onset)
    steps = int(rng.integers(6, 20))
    shape = (grown, 0.5 * grown + 0.5 * grown**2, np.floor(grown * steps) / steps)[int(rng.integers(3))]
    fall = between(rng, strength, mild=(0.2, 0.3), moderate=(0.4, 0.55), severe=(0.7, 0.92))
    memory = rng.uniform(12_000, 100_000) * (1 - fall * shape) * (1 + rng.uniform(0.002, 0.008) * batch_noise(rng, len(t)))
    return Faulty("memory_leak", strength, replace(made, memory=memory), onset)


def low_memory(rng: Generator, strength: Strength) -> Faulty:
    """Memory that another program takes, so that little is left."""
    t, _, made = falling(rng, 80)
    level = between(rng, strength, mild=(750, 930), moderate=(350, 650), severe=(40, 200))
    onset = begun(rng, len(t))
    usual = np.where(np.arange(len(t)) < onset, rng.uniform(1400, 9000), level)
    return Faulty("low_memory", strength, replace(made, memory=usual * (1 + 0.02 * batch_noise(rng, len(t)))), onset)


def throughput_drop(rng: Generator, strength: Strength) -> Faulty:
    """A speed that falls at once or over some time and stays low; sometimes the clock of the rows alone tells."""
    t, _, made = falling(rng, 80)
    onset, drop = begun(rng, len(t)), between(rng, strength, mild=(0.18, 0.25), moderate=(0.3, 0.45), severe=(0.55, 0.9))
    factor = 1 - drop * np.minimum(1, after(len(t), onset) * rng.uniform(5, 100))
    factor[onset:] = np.minimum(factor[onset:], 1 - 0.5 * drop)
    if rng.random() < 0.5:
        return Faulty(
            "throughput_drop", strength, replace(made, seconds=np.cumsum(np.diff(made.seconds, prepend=0) / factor)), onset
        )
    speed = rng.uniform(60, 2000) * factor * rng.lognormal(0, rng.uniform(0.01, 0.06), len(t))
    speed[rng.random(len(t)) < 0.03] *= rng.uniform(0.1, 0.6)
    return Faulty("throughput_drop", strength, replace(made, speed=speed), onset)


HELD_OUT_GROWING: tuple[Fault, ...] = (
    diverging, overfitting, spikes, non_finite, memory_leak, low_memory, throughput_drop,
)  # fmt: skip


def healthy(rng: Generator, family: str, count: int) -> Log:
    """Return a log of a loss alone, with nothing wrong in it."""
    return plain(rng, family, logged(rng, any_fall(rng, np.linspace(0, 1, count)), rng.uniform(0.01, 0.06)))


def page_cache(rng: Generator) -> Log:
    """Free memory that the cache of the files read fills over the first epoch, in a line, and then no more."""
    count = length(rng, 60)
    full = rng.uniform(0.1, 0.6)
    taken = rng.uniform(0.05, 0.35) * np.minimum(1, np.linspace(0, 1, count) / full)
    return replace(
        healthy(rng, "page cache", count), memory=rng.uniform(6000, 120_000) * (1 - taken + 0.004 * batch_noise(rng, count))
    )


def first_allocation(rng: Generator) -> Log:
    """A model that is loaded in the first rows, buffers that grow for some rows after, and steady memory from then on."""
    count = length(rng, 60)
    rows = np.arange(count)
    taken = rng.uniform(0.2, 0.7) * (1 - np.exp(-rows / rng.uniform(0.5, 0.03 * count + 2))) + 0.04 * (rows > 0.1 * count)
    return replace(
        healthy(rng, "first allocation", count), memory=rng.uniform(8000, 64_000) * (1 - taken + 0.004 * batch_noise(rng, count))
    )


def other_programs(rng: Generator) -> Log:
    """A laptop in use: other programs start, take memory in steps, and end; nothing goes one way for long."""
    count = length(rng, 60)
    taken = np.zeros(count)
    for _ in range(int(rng.integers(1, 7))):
        begin, long = int(rng.uniform(0, 0.95) * count), int(rng.uniform(0.03, 0.5) * count) + 3
        taken[begin : begin + long] += rng.uniform(0.01, 0.08)
    walk = 0.01 * wander(rng, count, 0.05 * count)
    return replace(
        healthy(rng, "other programs", count),
        memory=rng.uniform(6000, 32_000) * (0.8 - taken + walk + 0.003 * batch_noise(rng, count)),
    )


def collected(rng: Generator) -> Log:
    """Memory that falls and is given back, again and again, over rows or over epochs."""
    count = length(rng, 80)
    period = rng.uniform(0.03, 0.34) * count
    tooth = (np.arange(count) % period) / period
    memory = rng.uniform(6000, 64_000) * (1 - rng.uniform(0.02, 0.09) * tooth + 0.003 * batch_noise(rng, count))
    return replace(healthy(rng, "collected", count), memory=memory)


def warm_laptop(rng: Generator) -> Log:
    """A speed that falls by a few percent as the machine warms up, with pauses of validation and a slow first row."""
    count = length(rng, 60)
    warm = 1 - rng.uniform(0.0, 0.05) * (1 - np.exp(-np.arange(count) / (0.05 * count)))
    speed = rng.uniform(20, 800) * warm * rng.lognormal(0, rng.uniform(0.01, 0.08), count)
    every = int(rng.integers(10, 80))
    speed[every - 1 :: every] *= rng.uniform(0.1, 0.7)
    speed[0] *= rng.uniform(0.05, 0.5)
    return replace(healthy(rng, "warm laptop", count), speed=speed)


def disturbed(rng: Generator) -> Log:
    """A speed that another program halves for a while, some times, and that is what it was after."""
    count = length(rng, 80)
    factor = np.ones(count)
    for _ in range(int(rng.integers(1, 4))):
        begin = int(rng.uniform(0.05, 0.85) * count)
        factor[begin : begin + int(rng.uniform(0.004, 0.03) * count) + 2] *= rng.uniform(0.4, 0.8)
    return replace(healthy(rng, "disturbed", count), speed=rng.uniform(60, 800) * factor * rng.lognormal(0, 0.03, count))


HELD_OUT_MACHINES: tuple[Family, ...] = (
    page_cache, first_allocation, other_programs, collected, warm_laptop, disturbed,
)  # fmt: skip
