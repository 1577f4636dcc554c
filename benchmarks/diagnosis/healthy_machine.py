"""Families of fault-free runs whose memory or speed moves, as a machine's does: none of it is the training's fault."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.diagnosis.healthy import Family, Log, exponential, good_base, power_law
from benchmarks.diagnosis.noise import Floats, Generator, noise

BASES = (power_law, exponential, good_base)


def _base(rng: Generator, family: str) -> Log:
    return replace(BASES[int(rng.integers(len(BASES)))](rng), family=family)


def _remembered(rng: Generator, family: str, shares: Floats, base: Log) -> Log:
    """Return a run whose available memory is these shares of a level, with noise; [rows]."""
    level, jitter = rng.uniform(6000, 90_000), rng.uniform(0.002, 0.01)
    return replace(base, family=family, memory=level * shares * (1 + jitter * noise(rng, base.rows)))


def cache_fills(rng: Generator) -> Log:
    """A cache that fills, ever more slowly, from the first row or from one on the way, and comes to rest."""
    base = _base(rng, "")
    after = np.maximum(0, np.arange(base.rows) - (rng.random() < 0.5) * int(rng.uniform(0, 0.5) * base.rows))
    filled = 1 - np.exp(-after / (rng.uniform(0.01, 0.25) * base.rows))
    return _remembered(rng, "memory: a cache fills", 1 - rng.uniform(0.05, 0.35) * filled, base)


def first_allocation(rng: Generator) -> Log:
    """Memory that the model, its optimiser and the first batches take: in steps, or on and on for some rows."""
    base = _base(rng, "")
    at, steps = np.arange(base.rows), int(rng.integers(1, 5))
    shares = np.ones(base.rows)
    for _ in range(steps):
        begin, length = int(rng.integers(1, max(3, base.rows // 12))), rng.choice([1.0, rng.uniform(2, 0.05 * base.rows + 2)])
        shares *= 1 - rng.uniform(0.1, 0.6) / steps * np.clip((at - begin) / length, 0, 1)
    return _remembered(rng, "memory: first allocations", shares, base)


def another_program(rng: Generator) -> Log:
    """Other programs that start, take memory at once or within a few rows, and give it back; the last one may stay."""
    base = _base(rng, "")
    at, shares = np.arange(base.rows), np.ones(base.rows)
    for _ in range(int(rng.integers(1, 4))):
        begin, stay = int(rng.uniform(0.05, 0.95) * base.rows), int(rng.uniform(0.01, 0.3) * base.rows) + 1
        taking = rng.choice([1.0, rng.uniform(1, 0.03 * base.rows + 2)])
        taken = np.clip((at - begin + 1) / taking, 0, 1) * (at < begin + taking + stay)
        shares -= rng.uniform(0.05, 0.3) * taken
    return _remembered(rng, "memory: another program", shares, base)


def collected(rng: Generator) -> Log:
    """The saw of a garbage collector: memory falls a little with each row, and comes back all at once."""
    base = _base(rng, "")
    period = float(rng.uniform(4, max(5.0, 0.12 * base.rows)))
    jumps = np.cumsum(rng.uniform(0.7, 1.3, base.rows + 1) * period)
    at = np.arange(base.rows)
    tooth = (at - np.append(0.0, jumps)[np.searchsorted(jumps, at, side="right")]) / period
    depth = float(rng.uniform(0.02, 0.12))
    return _remembered(rng, "memory: garbage collection", 1 - depth * tooth, base)


def evaluated(rng: Generator) -> Log:
    """Validations that take memory for some rows each time."""
    base = _base(rng, "")
    every = int(rng.integers(12, max(14, base.rows // 4)))
    during = np.arange(base.rows) % every >= every - int(rng.integers(1, max(2, every // 6)))
    return _remembered(rng, "memory: validations", np.where(during, 1 - rng.uniform(0.05, 0.3), 1.0), base)


def wandering(rng: Generator) -> Log:
    """A machine that others use as well: memory that goes up and down without end, by a few percent."""
    base = _base(rng, "")
    shocks = rng.standard_normal(base.rows)
    keep = 1 - 1 / rng.uniform(3, 60)
    kernel = keep ** np.arange(min(base.rows, 400))
    walk = np.convolve(shocks, kernel)[: base.rows] * np.sqrt(1 - keep**2)
    return _remembered(rng, "memory: a shared machine", 1 + rng.uniform(0.005, 0.025) * walk, base)


def _timed(rng: Generator, family: str, factor: Floats, base: Log) -> Log:
    """Return a run whose speed is multiplied by a factor, [rows]; half of the time only the clock of its rows tells."""
    if rng.random() < 0.5:
        gaps = rng.uniform(0.5, 20) * np.exp(rng.uniform(0.01, 0.08) * noise(rng, base.rows)) / factor
        return replace(base, family=family, seconds=np.cumsum(gaps), speed=np.full(base.rows, np.nan))
    speed = rng.uniform(60, 900) * np.exp(rng.uniform(0.01, 0.06) * noise(rng, base.rows)) * factor
    return replace(base, family=family, speed=speed)


def paused(rng: Generator) -> Log:
    """Validations and checkpoints that take some rows' time, now and then a long one, and a laptop that slept."""
    base = _base(rng, "")
    every, long = int(rng.integers(8, max(10, base.rows // 4))), int(rng.integers(1, 4))
    factor = np.where(np.arange(base.rows) % every >= every - long, rng.uniform(0.05, 0.7), 1.0)
    factor[rng.integers(base.rows, size=3)] *= rng.choice([1.0, 0.3, 0.001], size=3)
    return _timed(rng, "speed: pauses", factor, base)


def sorted_by_length(rng: Generator) -> Log:
    """Epochs whose batches get longer, sample by sample: each begins fast and ends slow."""
    base = _base(rng, "")
    along_epoch = np.linspace(0, rng.integers(3, 9), base.rows, endpoint=False) % 1
    return _timed(rng, "speed: sorted by length", 1 - rng.uniform(0.15, 0.6) * along_epoch, base)


def warmed_up(rng: Generator) -> Log:
    """A start that compiles, fills caches and lets the machine get warm: slow rows first, then a clock that sinks a little."""
    base = _base(rng, "")
    at = np.arange(base.rows)
    slow = np.where(at < rng.integers(1, max(2, base.rows // 20)), rng.uniform(0.05, 0.6), 1.0)
    warm = 1 - rng.uniform(0, 0.06) * (1 - np.exp(-at / (0.1 * base.rows)))
    return _timed(rng, "speed: warm-up", slow * warm, base)


def disturbed(rng: Generator) -> Log:
    """Other work on the machine that slows the training down for a while, at most a tenth of the run, and ends."""
    base = _base(rng, "")
    factor = np.ones(base.rows)
    for _ in range(int(rng.integers(1, 4))):
        begin = int(rng.uniform(0.1, 0.9) * base.rows)
        factor[begin : begin + 1 + int(rng.uniform(0.005, 0.06) * base.rows)] *= rng.uniform(0.4, 0.9)
    return _timed(rng, "speed: disturbed for a while", factor, base)


def sampled(rng: Generator, count: int, use: float | None = None, heat: float | None = None) -> dict[str, Floats]:
    """Return samples of a machine that trains, one a row: a busy GPU of an even heat, a CPU with some work, some swap."""
    busy = rng.uniform(80, 99) if use is None else use
    degrees = rng.uniform(55, 86) if heat is None else heat
    limit = float(rng.choice([75.0, 250.0, 350.0, 700.0]))
    return {
        "gpu0_utilisation_percent": np.clip(busy + rng.uniform(1, 6) * noise(rng, count), 0, 100),
        "gpu0_temperature_c": degrees - 15 * np.exp(-np.arange(count) / 8) + rng.normal(0, 0.7, count),
        "gpu0_power_w": np.minimum(limit, limit * (rng.uniform(0.7, 1.05) + 0.03 * noise(rng, count))),
        "gpu0_power_limit_w": np.full(count, limit),
        "gpu0_slowed_by_heat": np.zeros(count),
        "cpu_percent": np.clip(rng.uniform(5, 95) + 4 * noise(rng, count), 0, 100),
        "swap_mb": np.full(count, rng.uniform(0, 3_000)),
    }


def small_model(rng: Generator) -> Log:
    """A model that is too small to fill its GPU: evenly little to do."""
    base = _base(rng, "machine: a small model")
    return replace(base, samples=sampled(rng, base.rows, use=rng.uniform(15, 45)))


def idle_in_pauses(rng: Generator) -> Log:
    """A GPU that is idle while validations are read, checkpoints written or answers decoded on the CPU."""
    base = paused(rng)
    every = int(rng.integers(8, 40))
    idle = np.arange(base.rows) % every < rng.uniform(0.05, 0.35) * every
    samples = sampled(rng, base.rows)
    samples["gpu0_utilisation_percent"] = np.where(idle, 3.0 * rng.random(base.rows), samples["gpu0_utilisation_percent"])
    return replace(base, family="machine: a GPU idle in pauses", samples=samples)


def hot_and_steady(rng: Generator) -> Log:
    """A GPU that is hot and at its power limit from the start on, as they are made for; a speed with all that moves it."""
    base = (paused, warmed_up, disturbed)[int(rng.integers(3))](rng)
    return replace(base, family="machine: hot and steady", samples=sampled(rng, base.rows, use=98.0, heat=rng.uniform(80, 88)))


def swapped_aside(rng: Generator) -> Log:
    """What other programs do not use goes to swap bit by bit, and slows nothing down."""
    base = _base(rng, "machine: others swapped aside")
    samples = sampled(rng, base.rows)
    samples["swap_mb"] = samples["swap_mb"] + rng.uniform(500, 8_000) * np.sort(rng.random(base.rows))
    return replace(base, samples=samples)


MACHINE_FAMILIES: tuple[Family, ...] = (
    cache_fills, first_allocation, another_program, collected, evaluated, wandering, paused, sorted_by_length, warmed_up,
    disturbed, small_model, idle_in_pauses, hot_and_steady, swapped_aside,
)  # fmt: skip
