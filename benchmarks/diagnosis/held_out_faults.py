"""Faults of the held-out set: the same kinds and strengths in other forms, and the kinds that no row alone shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.diagnosis.as_run import START
from benchmarks.diagnosis.faults import Fault, Faulty, Strength
from benchmarks.diagnosis.healthy import Log
from benchmarks.diagnosis.held_out_shapes import any_fall, batch_noise, length, logged, plain, spread, wander, with_validation
from benchmarks.diagnosis.noise import Floats, Generator
from trainmon.runs.run import Checkpoint


def between(rng: Generator, strength: Strength, **ranges: tuple[float, float]) -> float:
    """Return a value from the range of a strength."""
    return float(rng.uniform(*ranges[strength]))


def falling(rng: Generator, least: int = 60) -> tuple[Floats, Floats, Log]:
    """Return 0..1 along the rows, the falling loss without noise, and the healthy log of it."""
    t = np.linspace(0, 1, length(rng, least))
    clean = any_fall(rng, t)
    return t, clean, plain(rng, "falling", logged(rng, clean, rng.uniform(0.005, 0.08)))


def base(rng: Generator, least: int = 60) -> tuple[Floats, Log]:
    """Return 0..1 along the rows, and a healthy log of a falling loss."""
    t, _, made = falling(rng, least)
    return t, made


def not_learning(rng: Generator, strength: Strength) -> Faulty:
    """A loss that wanders around the entropy of guessing; the milder ones fall a little at first."""
    count = length(rng)
    t, level = np.linspace(0, 1, count), float(np.log(rng.integers(2, 50_000)))
    fall = between(rng, strength, mild=(0.005, 0.01), moderate=(0.002, 0.005), severe=(0.0, 0.0005))
    clean = level * (1 - fall * (1 - np.exp(-rng.uniform(3, 20) * t)))
    clean = clean * (1 + 0.001 * wander(rng, count, rng.uniform(1, 10)))
    made = plain(rng, "guessing", logged(rng, clean, rng.uniform(0.002, 0.1)))
    return Faulty(
        "not_learning", strength, replace(made, val=with_validation(rng, count, clean, 0.002, int(rng.integers(2, 20))))
    )


def diverging(rng: Generator, strength: Strength) -> Faulty:
    """A loss that runs away exponentially, climbs like a parabola, jumps to guessing, or jumps and half recovers.

    Its strength is where it ends above where it turned, its onset where the curve without noise is lowest: what rises
    exponentially has not turned before that.
    """
    t, clean, made = falling(rng)
    turn = float(rng.uniform(0.3, 0.8))
    after = np.clip((t - turn) / (1 - turn), 0, 1)
    kind = rng.integers(4)
    shape = (
        np.expm1(3 * after) / np.expm1(3), after**1.5, (after > 0) * (1 - np.exp(-30 * after)), (after > 0) * (1 - 0.4 * after)
    )[kind]  # fmt: skip
    end = 1 + between(rng, strength, mild=(0.25, 0.4), moderate=(0.6, 1.2), severe=(2, 12))
    rise = (end * float(clean[int(turn * len(t))]) - float(clean[-1])) * shape / shape[-1]
    noise = 1 + rng.uniform(0, 0.06) * batch_noise(rng, len(t)) * (after > 0)
    return Faulty("diverging", strength, replace(made, loss=made.loss + rise * noise), int(np.argmin(clean + rise)))


def overfitting(rng: Generator, strength: Strength) -> Faulty:
    """A train loss that is learned by heart while validation turns softly or sharply."""
    count, evaluations = length(rng), int(rng.integers(6, 61))
    t, turn = np.linspace(0, 1, count), float(rng.uniform(0.15, 0.65))
    train = rng.uniform(0.5, 3) * np.exp(-rng.uniform(1, 3) * t) * (0.4 + 0.6 * np.exp(-10 * t))
    worse = between(rng, strength, mild=(0.1, 0.16), moderate=(0.25, 0.45), severe=(0.7, 2.5))
    after = np.clip((t - turn) / (1 - turn), 0, 1)
    rise = after if rng.random() < 0.5 else np.log1p(5 * after) / np.log(6)
    before = np.clip(1 - t / turn, 0, 1) ** 2
    curve = float(train[int(turn * count)]) * rng.uniform(1, 1.6) * (1 + rng.uniform(0.3, 1.5) * before + worse * rise)
    made = plain(rng, "learned by heart", logged(rng, train, rng.uniform(0.01, 0.1)))
    val = with_validation(rng, count, curve, rng.uniform(0.002, 0.02), evaluations)
    return Faulty("overfitting", strength, replace(made, val=val), int(turn * count))


def train_val_gap(rng: Generator, strength: Strength) -> Faulty:
    """A validation that starts with the train loss and comes to rest far above it."""
    count = length(rng)
    t, ratio = np.linspace(0, 1, count), between(rng, strength, mild=(1.7, 2), moderate=(2.4, 2.9), severe=(4, 9))
    train = rng.uniform(0.1, 1) * (1 + rng.uniform(8, 15) * (1 + 30 * t) ** -1.5)
    val = np.maximum(train * 1.02, float(train[-1]) * ratio * (1 + 0.1 * np.exp(-5 * t)))
    made = plain(rng, "gap", logged(rng, train, rng.uniform(0.01, 0.06)))
    return Faulty("train_val_gap", strength, replace(made, val=with_validation(rng, count, val, 0.012, int(rng.integers(6, 50)))))


def spikes(rng: Generator, strength: Strength) -> Faulty:
    """Sudden peaks, many of which come down over some rows."""
    t = np.linspace(0, 1, length(rng))
    loss = logged(rng, any_fall(rng, t), rng.uniform(0.005, 0.05))
    first = len(t)
    for at in rng.choice(np.arange(int(0.12 * len(t)), int(0.93 * len(t))), int(rng.integers(1, 6)), replace=False):
        height = between(rng, strength, mild=(0.6, 1.1), moderate=(1.4, 3), severe=(4, 15))
        rows = np.arange(at, min(len(t), at + (1 if rng.random() < 0.5 else max(1, min(6, len(t) // 60)))))
        loss[rows] *= 1 + height * 0.5 ** (rows - at)
        first = min(first, int(at))
    return Faulty("spikes", strength, plain(rng, "spikes", loss), first)


def non_finite(rng: Generator, strength: Strength) -> Faulty:
    """Nan or infinity in the loss: once, a few times apart, or from a row on to the end."""
    t, made = base(rng)
    first = int(rng.uniform(0.1, 0.95) * len(t))
    more = first + rng.integers(1, max(2, len(t) - first), 4)
    rows = {"mild": [first], "moderate": sorted({first, *more.tolist()} & set(range(len(t) - 1))), "severe": range(first, len(t))}
    bad = frozenset(int(row) for row in rows[strength]) or frozenset({first})
    loss = made.loss.copy()
    loss[list(bad)] = np.nan if rng.random() < 0.6 else np.inf
    return Faulty("non_finite", strength, replace(made, loss=loss, bad=bad), min(bad))


def memory_leak(rng: Generator, strength: Strength) -> Faulty:
    """Memory that falls evenly, ever faster, or by a step each epoch."""
    t, made = base(rng)
    fall = between(rng, strength, mild=(0.16, 0.25), moderate=(0.35, 0.5), severe=(0.65, 0.9))
    epochs = int(rng.integers(8, 25))
    shape = (t, 0.4 * t + 0.6 * t**2, np.floor(t * epochs) / epochs)[int(rng.integers(3))]
    level = rng.uniform(12_000, 100_000)
    return Faulty("memory_leak", strength, replace(made, memory=level * (1 - fall * shape + 0.004 * batch_noise(rng, len(t)))))


def low_memory(rng: Generator, strength: Strength) -> Faulty:
    """Memory that is low from some row on."""
    t, made = base(rng)
    level = between(rng, strength, mild=(750, 930), moderate=(350, 650), severe=(40, 200))
    usual = np.where(t < rng.uniform(0, 0.6), rng.uniform(1200, 9000), level)
    return Faulty("low_memory", strength, replace(made, memory=usual * (1 + 0.02 * batch_noise(rng, len(t)))))


def memory_swings(rng: Generator, strength: Strength) -> Faulty:
    """Memory that follows the lengths of the batches: waves, a saw-tooth, or one batch in five."""
    t, made = base(rng)
    rows, size = np.arange(len(t)), between(rng, strength, mild=(0.22, 0.3), moderate=(0.33, 0.5), severe=(0.6, 0.85))
    period = int(rng.integers(3, max(4, min(15, len(t) // 12))))
    shape = (0.5 + 0.5 * np.sin(2 * np.pi * rows / period), rows % period / (period - 1), rng.random(len(t)) < 0.2)
    memory = rng.uniform(4000, 60_000) * (1 - size * shape[int(rng.integers(3))] + 0.005 * batch_noise(rng, len(t)))
    return Faulty("memory_swings", strength, replace(made, memory=memory))


def throughput_drop(rng: Generator, strength: Strength) -> Faulty:
    """A speed that falls over a part of the run and stays low; sometimes only the clock of the rows tells."""
    t, made = base(rng)
    drop = between(rng, strength, mild=(0.18, 0.25), moderate=(0.3, 0.45), severe=(0.55, 0.9))
    turn = rng.uniform(0.3, 0.65)
    factor = 1 - drop * np.clip((t - turn) / rng.uniform(0.01, 0.15), 0, 1)
    if rng.random() < 0.5:
        return Faulty("throughput_drop", strength, replace(made, seconds=np.cumsum(np.diff(made.seconds, prepend=0) / factor)))
    return Faulty(
        "throughput_drop", strength, replace(made, speed=rng.uniform(100, 2000) * factor * rng.lognormal(0, 0.04, len(t)))
    )


def slow_throughput(rng: Generator, strength: Strength) -> Faulty:
    """Few samples per second."""
    t, made = base(rng)
    speed = between(rng, strength, mild=(35, 46), moderate=(10, 30), severe=(0.1, 6))
    return Faulty("slow_throughput", strength, replace(made, speed=speed * rng.lognormal(0, 0.05, len(t))))


def plateau(rng: Generator, strength: Strength) -> Faulty:
    """A loss that fell and has stood still for the last part of the run, wandering within its noise."""
    t = np.linspace(0, 1, length(rng))
    still = between(rng, strength, mild=(0.45, 0.5), moderate=(0.55, 0.65), severe=(0.7, 0.85))
    fall = np.exp(-rng.uniform(4, 8) * t / (1 - still))
    path = wander(rng, len(t), 0.01 * len(t))
    clean = rng.uniform(0.2, 3) * (1 + rng.uniform(0.3, 3) * fall) * (1 + rng.uniform(0, 0.004) * path)
    made = plain(rng, "at rest", logged(rng, clean, rng.uniform(0.003, 0.06)))
    rate = (np.full(len(t), np.nan), np.full(len(t), 1e-4))[int(rng.integers(2))]
    return Faulty("plateau", strength, replace(made, rate=rate))


def still_improving(rng: Generator, strength: Strength) -> Faulty:
    """A loss that falls in a line, in a curve or in steps to the last row; over the last quarter by 7 % and more."""
    t = np.linspace(0, 1, length(rng))
    part = between(rng, strength, mild=(0.06, 0.08), moderate=(0.1, 0.16), severe=(0.22, 0.4))
    shape = (np.exp(4 * np.log1p(-part) * t), 1 - t / (0.25 / part + 0.75), np.exp(np.log1p(-part) * np.floor(24 * t) / 6))
    clean = rng.uniform(0.5, 6) * shape[int(rng.integers(3))]
    made = plain(rng, "falling", logged(rng, clean, rng.uniform(0.003, 0.04)))
    return Faulty("still_improving", strength, made)


def low_improvement(rng: Generator, strength: Strength) -> Faulty:
    """A loss that falls, but by less than the guide's 10 %."""
    t = np.linspace(0, 1, length(rng, 100))
    fall = between(rng, strength, mild=(0.07, 0.085), moderate=(0.045, 0.06), severe=(0.025, 0.035))
    clean = rng.uniform(0.5, 4) * (1 - fall * (1 - np.exp(-rng.uniform(1, 6) * t)))
    return Faulty("low_improvement", strength, plain(rng, "little", logged(rng, clean, rng.uniform(0.002, 0.015))))


def memory_crash(rng: Generator, strength: Strength) -> Faulty:
    """A run that broke off when its memory was gone."""
    t, made = base(rng)
    level = between(rng, strength, mild=(600, 900), moderate=(300, 500), severe=(20, 150))
    usual = rng.uniform(3000, 20_000)
    rows = np.arange(len(t))[::-1]
    memory = np.where(rows < max(3, 0.03 * len(t)), level, usual) * (1 + 0.01 * rng.standard_normal(len(t)))
    return Faulty("memory_crash", strength, replace(made, memory=memory, end=None if strength == "mild" else "failed"))


def silent(rng: Generator, strength: Strength) -> Faulty:
    """A run without a word for some times its longest usual pause."""
    _, made = base(rng)
    usual = max(60.0, 10 * float(np.percentile(np.diff(made.seconds), 97)))
    times = between(rng, strength, mild=(1.5, 2), moderate=(3, 5), severe=(8, 12))
    return Faulty("silent", strength, replace(made, read_after=min(times * usual, 80_000.0)))


def missing_checkpoint(rng: Generator, strength: Strength) -> Faulty:
    """A model saved at every validation, the best of which was deleted."""
    t, made = base(rng, 100)
    count, evaluations = len(t), int(rng.integers(6, 11))
    at = spread(count - count % evaluations, evaluations)
    best = int(rng.integers(1, evaluations - 1))
    val = np.full(count, np.nan)
    distance = np.abs(np.arange(evaluations) - best)
    val[at] = 1 + between(rng, strength, mild=(0.01, 0.02), moderate=(0.02, 0.04), severe=(0.05, 0.2)) * distance
    step = np.arange(count, dtype=np.float64) + 1
    saved = tuple(
        Checkpoint(f"checkpoint-{int(step[row])}", None, int(step[row]), START + float(made.seconds[row]) + 0.1)
        for number, row in enumerate(at) if number != best
    )  # fmt: skip
    return Faulty("missing_checkpoint", strength, replace(made, val=val, step=step, saved=saved))


HELD_OUT_FAULTS: tuple[Fault, ...] = (
    not_learning, diverging, overfitting, train_val_gap, spikes, non_finite, memory_leak, low_memory, memory_swings,
    throughput_drop, slow_throughput, plateau, still_improving, low_improvement, memory_crash, silent, missing_checkpoint,
)  # fmt: skip
