"""Noise, lengths and clean curves of the held-out set: other forms and other ranges than those that limits were set on."""

from __future__ import annotations

import numpy as np

from benchmarks.diagnosis.healthy import Log
from benchmarks.diagnosis.noise import Floats, Generator

HOUR = 3600.0


def length(rng: Generator, least: int = 40, most: int = 5000) -> int:
    """Return a number of rows, every order of magnitude as likely."""
    return round(float(np.exp(rng.uniform(np.log(least), np.log(most)))))


def wander(rng: Generator, count: int, memory: float) -> Floats:
    """Return an Ornstein-Uhlenbeck path of standard deviation 1 that forgets over `memory` rows."""
    keep = float(np.exp(-1 / max(memory, 0.1)))
    steps = rng.standard_normal(count) * np.sqrt(1 - keep**2)
    path, last = np.empty(count), float(rng.standard_normal())
    for at, step in enumerate(steps):
        last = keep * last + step
        path[at] = last
    return path


def batch_noise(rng: Generator, count: int) -> Floats:
    """Return noise of a batch loss, of standard deviation about 1: normal, skewed, or with rare outliers on both sides."""
    kind = rng.integers(4)
    if kind == 0:
        return rng.standard_normal(count)
    if kind == 1:  # the mean of few samples is skewed to the right
        shape = float(rng.uniform(4, 12))
        skewed: Floats = (rng.gamma(shape, size=count) - shape) / np.sqrt(shape)
        return skewed
    if kind == 2:
        return rng.standard_normal(count) * np.where(rng.random(count) < 0.02, 3.0, 1.0)
    return 0.9 * rng.standard_normal(count) + 0.4 * wander(rng, count, float(rng.uniform(2, 8)))


def logged(rng: Generator, clean: Floats, relative: float) -> Floats:
    """Return a clean curve as a log shows it: noise in parts of its value or its range, larger at first, sometimes rounded."""
    count = len(clean)
    size = np.abs(clean) if clean.min() > 0 else np.full(count, float(np.ptp(clean)))
    early = 1 + rng.uniform(0, 1) * np.exp(-np.arange(count) / (0.1 * count))
    noise = batch_noise(rng, count)
    values = clean + relative * size * early * noise
    if clean.min() > 0:
        values = np.maximum(values, 0.2 * clean)
    return np.round(values, 4) if rng.random() < 0.4 and np.abs(clean).min() > 0.05 else values


def spread(count: int, evaluations: int) -> np.ndarray:
    """Return the rows of validations, evenly over the run, the last row included."""
    return np.unique(np.linspace(count / evaluations, count, evaluations).round().astype(int) - 1)


def with_validation(rng: Generator, count: int, curve: Floats, relative: float, evaluations: int) -> Floats:
    """Return validations of a curve, [rows], NaN between them."""
    val = np.full(count, np.nan)
    at = spread(count, min(evaluations, count))
    val[at] = curve[at] * (1 + relative * rng.standard_normal(len(at)))
    return val


def plain(rng: Generator, family: str, loss: Floats) -> Log:
    """Return a log of a loss alone, at a steady pace with pauses for saving."""
    count, blank = len(loss), np.full(len(loss), np.nan)
    gaps = float(rng.uniform(0.2, 60)) * rng.lognormal(0, 0.08, count)
    gaps[rng.random(count) < 0.02] *= rng.uniform(2, 15)
    return Log(family, loss, blank, blank, blank, blank, np.cumsum(gaps))


def broken_power(rng: Generator, t: Floats) -> Floats:
    """Return a power law with a bend: a fast fall, then a slow one (Caballero 2023, broken neural scaling laws)."""
    early, late, bend = rng.uniform(0.2, 0.6), rng.uniform(0.05, 0.25), rng.uniform(0.01, 0.1)
    x = t + 0.002
    return rng.uniform(0, 2) + rng.uniform(0.5, 3) * (x / bend) ** -late * (1 + (bend / x) ** 2) ** ((early - late) / 2)


def two_rates(rng: Generator, t: Floats) -> Floats:
    """Return the sum of a fast and a slow exponential."""
    fast, slow = rng.uniform(10, 50), rng.uniform(1, 4)
    return rng.uniform(0.1, 1.5) + rng.uniform(0.5, 4) * np.exp(-fast * t) + rng.uniform(0.3, 1.5) * np.exp(-slow * t)


def stretched(rng: Generator, t: Floats) -> Floats:
    """Return a stretched exponential (Weibull): steep at first, with a long tail."""
    return rng.uniform(0.02, 1) + rng.uniform(0.3, 3) * np.exp(-((rng.uniform(3, 30) * t) ** rng.uniform(0.35, 0.8)))


def any_fall(rng: Generator, t: Floats) -> Floats:
    """Return one of the falling shapes."""
    return (broken_power, two_rates, stretched)[int(rng.integers(3))](rng, t)
