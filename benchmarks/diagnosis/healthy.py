"""Families of curves with nothing wrong in them, as the logs of real trainings show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from benchmarks.diagnosis.noise import Floats, Generator, noise, noisy
from trainmon.runs.run import Checkpoint, End


@dataclass(frozen=True, eq=False)
class Log:
    """One training: a value a row, [rows], NaN where blank; `bad` are the rows whose loss is a literal nan.

    `step` is given where it is not ten a row; `extra` are further columns by their names; `read_after` are the seconds from the
    last row to the look at the run. `samples` are columns of training_system.csv, with one sample at the time of each row.
    """

    family: str
    loss: Floats
    val: Floats
    rate: Floats
    memory: Floats
    speed: Floats
    seconds: Floats
    bad: frozenset[int] = frozenset()
    step: Floats | None = None
    gradient: Floats | None = None
    saved: tuple[Checkpoint, ...] = ()
    end: End | None = None
    extra: dict[str, Floats] = field(default_factory=dict)
    read_after: float = 1e9
    config: Mapping[str, Any] = field(default_factory=dict)
    samples: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.loss)


Family = Callable[[Generator], Log]


def log(
    rng: Generator, family: str, clean: Floats, *, relative: float | None = None, rate: Floats | None = None,
    evaluations: int | None = None, offset: float | None = None,
) -> Log:  # fmt: skip
    """Return a log around a clean curve: noise, a validation close above it, stable memory, a steady speed."""
    count = len(clean)
    relative = float(rng.uniform(0.01, 0.12)) if relative is None else relative
    loss = noisy(rng, clean, relative)
    evaluations = int(rng.integers(5, 31)) if evaluations is None else evaluations
    val = np.full(count, np.nan)
    if evaluations and rng.random() < 0.8:
        at = np.unique(np.linspace(count / evaluations, count, evaluations).astype(int) - 1)
        ratio = float(rng.uniform(0.95, 1.25)) if offset is None else offset
        base = clean[at] * ratio if clean.min() > 0 else clean[at] + 0.02 * np.ptp(clean)
        val[at] = noisy(rng, base, relative / 6) if len(at) > 1 else base
    return Log(
        family,
        loss,
        val,
        np.full(count, np.nan) if rate is None else rate,
        memory(rng, count),
        speed(rng, count),
        seconds(rng, count),
    )


def memory(rng: Generator, count: int) -> Floats:
    """Return available memory: stable with small variations; often a cache fills first, and some runs do not log it."""
    if rng.random() < 0.3:
        return np.full(count, np.nan)
    level = float(rng.uniform(3000, 60_000))
    values = level * (1 + 0.008 * noise(rng, count))
    if rng.random() < 0.4:
        values += 0.15 * level * np.exp(-np.arange(count) / (0.04 * count + 1))
    return values


def speed(rng: Generator, count: int) -> Floats:
    """Return samples per second with slower rows around evaluations; half of the runs do not log it."""
    if rng.random() < 0.5:
        return np.full(count, np.nan)
    values = float(rng.uniform(60, 900)) * (1 + 0.02 * noise(rng, count))
    values[:: int(rng.integers(20, 60))] *= 0.5
    values[0] *= 0.2
    return values


def seconds(rng: Generator, count: int) -> Floats:
    """Return the time of each row: a steady pace, pauses for evaluations, and sometimes one long gap of a resume."""
    gaps = float(rng.uniform(0.5, 20)) * np.exp(0.05 * rng.standard_normal(count))
    gaps[:: int(rng.integers(25, 80))] *= rng.uniform(2, 8)
    return np.cumsum(gaps)


def size(rng: Generator) -> int:
    """Return a usual number of rows."""
    return int(rng.choice([60, 120, 300, 800, 2000]))


def along(count: int) -> Floats:
    """Return 0..1 along the rows."""
    return np.linspace(0, 1, count)


def power_law(rng: Generator) -> Log:
    """A loss that falls as a power of the step, with a linear warm-up and a cosine end of the learning rate."""
    t = along(size(rng))
    floor, height = rng.uniform(0.3, 3), rng.uniform(0.5, 6)
    clean = floor + height * (1 + 60 * t) ** -rng.uniform(0.4, 0.9)
    warm = rng.uniform(0.01, 0.08)
    rate = 1e-4 * np.where(t < warm, t / warm + 1e-3, 0.5 * (1 + np.cos(np.pi * (t - warm) / (1 - warm))) + 1e-3)
    return log(rng, "power law, cosine", clean - 0.08 * floor * t**3, rate=rate)


def exponential(rng: Generator) -> Log:
    """A loss that falls exponentially to a floor."""
    t = along(size(rng))
    return log(rng, "exponential", rng.uniform(0.05, 2) + rng.uniform(0.5, 5) * np.exp(-rng.uniform(3, 12) * t))


def good_base(rng: Generator) -> Log:
    """Fine-tuning from a good base: 20 to 40 % in all."""
    t = along(size(rng))
    start = rng.uniform(0.8, 2.5)
    clean = start * (1 - rng.uniform(0.2, 0.4) * (1 - (1 + 25 * t) ** -0.6))
    return log(rng, "fine-tuning", clean, rate=2e-5 * (1 - 0.98 * t))


def continued(rng: Generator) -> Log:
    """Continued pre-training: 5 to 15 % in all, over many rows."""
    t = along(int(rng.choice([300, 800, 2000])))
    return log(
        rng, "continued pre-training", rng.uniform(1.5, 3) * (1 - rng.uniform(0.05, 0.15) * (1 - np.exp(-4 * t))), relative=0.03
    )


def staircase(rng: Generator) -> Log:
    """A train loss that falls at the border of each epoch, as when a small data set is learned by heart; no validation."""
    t, epochs = along(size(rng)), int(rng.integers(3, 7))
    clean = rng.uniform(1, 3) * 0.55 ** np.floor(t * epochs * 0.999) * (1 - 0.04 * (t * epochs % 1))
    return log(rng, "staircase", clean, evaluations=0)


def restarts(rng: Generator) -> Log:
    """Warm restarts of the learning rate (SGDR): the loss rises with it and falls lower each time."""
    t, cycles = along(int(rng.choice([300, 800, 2000]))), int(rng.integers(3, 6))
    phase = t * cycles % 1
    rate = 1e-3 * (0.5 * (1 + np.cos(np.pi * phase)) + 0.01)
    floor = rng.uniform(0.5, 2)
    clean = floor + 2 * np.exp(-5 * t) + 0.25 * floor * (1 - phase) ** 2 * (t > 1 / cycles)
    return log(rng, "warm restarts", clean, rate=rate if rng.random() < 0.7 else None, relative=0.03)


def steps_down(rng: Generator) -> Log:
    """A learning rate that falls in steps, and the loss with it."""
    t = along(size(rng))
    drops = (t > 0.5).astype(float) + (t > 0.75)
    clean = rng.uniform(0.2, 1) + 2 * np.exp(-9 * t) + 0.3 * (2 - drops)
    return log(rng, "step decay", clean, rate=0.1 * 0.1**drops)


def negative(rng: Generator) -> Log:
    """A loss below 0, as dice and log-likelihoods are."""
    t = along(size(rng))
    return log(rng, "negative", -0.4 - 0.5 * (1 - np.exp(-6 * t)), relative=rng.uniform(0.01, 0.06))


def hump(rng: Generator) -> Log:
    """A validation whose first values are far too high, as with a fresh batch norm."""
    made = exponential(rng)
    val, at = made.val.copy(), np.flatnonzero(np.isfinite(made.val))[:2]
    val[at] *= rng.uniform(2, 30)
    return replace(made, family="batch-norm hump", val=val)


def by_epoch(rng: Generator) -> Log:
    """One row an epoch with its validation, as Keras logs."""
    t = along(int(rng.choice([10, 20, 30, 50, 100, 150])))
    clean = rng.uniform(0.1, 0.6) + rng.uniform(0.5, 1.5) * np.exp(-rng.uniform(3, 6) * t)
    return log(rng, "by epoch", clean, relative=rng.uniform(0.005, 0.04), evaluations=len(t), offset=rng.uniform(0.9, 1.2))


def converged(rng: Generator) -> Log:
    """A loss that fell fast and has long been at its floor."""
    t = along(size(rng))
    return log(rng, "converged", rng.uniform(0.3, 2) + 2 * np.exp(-rng.uniform(25, 60) * t), relative=rng.uniform(0.01, 0.06))


def tiny(rng: Generator) -> Log:
    """A run that has only begun."""
    t = along(int(rng.integers(1, 13)))
    return log(rng, "tiny", 2 - rng.uniform(0, 1) * t, evaluations=int(rng.integers(0, 4)))


def memorising(rng: Generator) -> Log:
    """A train loss that falls over three decades, without validation."""
    t = along(size(rng))
    return log(rng, "memorising", 3 * 10 ** (-3 * t), relative=rng.uniform(0.05, 0.25), evaluations=0)


FAMILIES: tuple[Family, ...] = (
    power_law, exponential, good_base, continued, staircase, restarts, steps_down, negative, hump, by_epoch, converged, tiny,
    memorising,
)  # fmt: skip
