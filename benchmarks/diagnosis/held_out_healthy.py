"""Fault-free curves of the held-out set: what training logs do that is no fault, in forms that no limit was set on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.diagnosis.healthy import Family, Log
from benchmarks.diagnosis.held_out_shapes import (
    HOUR,
    any_fall,
    batch_noise,
    broken_power,
    length,
    logged,
    plain,
    spread,
    stretched,
    two_rates,
    wander,
    with_validation,
)
from benchmarks.diagnosis.noise import Generator


def pre_training(rng: Generator) -> Log:
    """A bent power law with rare validations close to it."""
    t = np.linspace(0, 1, length(rng))
    clean = broken_power(rng, t)
    made = plain(rng, "bent power law", logged(rng, clean, rng.uniform(0.005, 0.06)))
    return replace(made, val=with_validation(rng, len(t), clean * rng.uniform(0.98, 1.1), 0.004, int(rng.integers(4, 25))))


def stable_then_decay(rng: Generator) -> Log:
    """A constant learning rate whose decay at the end lets the loss fall once more (warm-up, stable, decay)."""
    t = np.linspace(0, 1, length(rng))
    end = rng.uniform(0.75, 0.9)
    decay = np.clip((t - end) / (1 - end), 0, 1)
    clean = stretched(rng, t)
    clean = clean * (1 - rng.uniform(0.03, 0.12) * decay)
    made = plain(rng, "stable, then decay", logged(rng, clean, rng.uniform(0.005, 0.08)))
    return replace(made, rate=3e-4 * np.minimum(np.minimum(t / 0.02 + 1e-3, 1), 1 - 0.99 * decay))


def one_cycle(rng: Generator) -> Log:
    """A learning rate that rises for a third of the run: the loss stops falling around its peak, and falls with it after."""
    t = np.linspace(0, 1, length(rng))
    peak = rng.uniform(0.25, 0.4)
    bump = np.exp(-(((t - peak) / 0.12) ** 2))
    clean = two_rates(rng, t)
    clean = clean * (1 + rng.uniform(0, 0.15) * bump) * (1 - 0.15 * np.clip((t - peak) / (1 - peak), 0, 1) ** 2)
    rate = 1e-2 * np.where(t < peak, 0.04 + 0.96 * t / peak, 0.5 * (1 + np.cos(np.pi * (t - peak) / (1 - peak))) + 1e-4)
    return replace(plain(rng, "one cycle", logged(rng, clean, rng.uniform(0.01, 0.1))), rate=rate)


def late_start(rng: Generator) -> Log:
    """A loss that stays as good as guessing at first and then falls."""
    t = np.linspace(0, 1, length(rng, 100))
    start = rng.uniform(0.04, 0.15)
    top = float(np.log(rng.integers(8, 1000)))
    clean = top * (rng.uniform(0.1, 0.5) + (1 - 0.3) / (1 + np.exp(40 * (t - start - 0.05))))
    return plain(rng, "late start", logged(rng, clean, rng.uniform(0.005, 0.05)))


def small_batches(rng: Generator) -> Log:
    """Batches of one or two samples: the noise is as large as the fall."""
    t = np.linspace(0, 1, length(rng, 400))
    clean = rng.uniform(0.5, 3) * (1 - rng.uniform(0.15, 0.45) * (1 - np.exp(-rng.uniform(3, 10) * t)))
    made = plain(rng, "small batches", clean * rng.lognormal(0, rng.uniform(0.2, 0.45), len(t)))
    return replace(made, val=with_validation(rng, len(t), clean, 0.01, int(rng.integers(3, 12))))


def three_epochs(rng: Generator) -> Log:
    """Fine-tuning over few epochs: train falls at their borders, validation comes to rest."""
    t, epochs = np.linspace(0, 1, length(rng, 60, 1500)), int(rng.integers(2, 5))
    falls = np.array([(t > border / epochs) for border in range(1, epochs)]).sum(axis=0)
    clean = rng.uniform(0.8, 2) * (1 - 0.3 * (1 - np.exp(-12 * t))) * (1 - rng.uniform(0.03, 0.1)) ** falls
    made = plain(rng, "few epochs", logged(rng, clean, rng.uniform(0.02, 0.12)))
    val = 0.95 * clean[0] * (0.7 + 0.3 * np.exp(-9 * t)) * (1 + rng.uniform(0, 0.015) * np.clip(t - 0.6, 0, 1) / 0.4)
    return replace(made, val=with_validation(rng, len(t), val, 0.003, int(rng.integers(3, 15))), rate=2e-4 * (1 - t) + 1e-9)


def same_order(rng: Generator) -> Log:
    """Data read in the same order each epoch: hard parts come back."""
    t, epochs = np.linspace(0, 1, length(rng, 150)), float(rng.uniform(2.5, 12))
    hard = np.sin(2 * np.pi * epochs * t + rng.uniform(0, 6)) + 0.5 * np.sin(4 * np.pi * epochs * t)
    clean = any_fall(rng, t) * (1 + rng.uniform(0.01, 0.05) * hard)
    return plain(rng, "same order each epoch", logged(rng, clean, rng.uniform(0.01, 0.08)))


def slow_wander(rng: Generator) -> Log:
    """A loss that wanders around its fall, as with a sliding mixture of data."""
    t = np.linspace(0, 1, length(rng, 100))
    path = wander(rng, len(t), rng.uniform(0.005, 0.03) * len(t))
    clean = any_fall(rng, t) * (1 + rng.uniform(0.005, 0.02) * path)
    return plain(rng, "wandering", logged(rng, clean, rng.uniform(0.005, 0.05)))


def by_epoch_noisy(rng: Generator) -> Log:
    """One row an epoch with a small validation set, whose loss jumps to and fro from the start."""
    t = np.linspace(0, 1, length(rng, 15, 200))
    clean = rng.uniform(0.1, 0.8) + rng.uniform(0.3, 1.5) * np.exp(-rng.uniform(2, 8) * t)
    jumps = rng.lognormal(0, rng.uniform(0.03, 0.25), len(t)) * (1 + 1.5 * np.exp(-20 * t) * rng.random(len(t)))
    made = plain(rng, "by epoch, noisy validation", logged(rng, clean, rng.uniform(0.003, 0.03)))
    return replace(made, val=clean * rng.uniform(0.9, 1.25) * jumps)


def likelihood(rng: Generator) -> Log:
    """A negative log-likelihood of densities that crosses zero."""
    t = np.linspace(0, 1, length(rng))
    clean = rng.uniform(0.5, 3) - rng.uniform(4, 9) * (1 - np.exp(-((rng.uniform(3, 15) * t) ** 0.6)))
    made = plain(rng, "through zero", logged(rng, clean, rng.uniform(0.005, 0.05)))
    val = np.full(len(t), np.nan)
    at = spread(len(t), int(rng.integers(5, 20)))
    val[at] = clean[at] + 0.03 * np.ptp(clean) + 0.01 * np.ptp(clean) * rng.standard_normal(len(at))
    return replace(made, val=val)


def second_descent(rng: Generator) -> Log:
    """A validation that rises in the middle and ends at its lowest."""
    t = np.linspace(0, 1, length(rng))
    clean = any_fall(rng, t)
    made = plain(rng, "second descent", logged(rng, clean, rng.uniform(0.01, 0.06)))
    val = clean * 1.1 * (1 + rng.uniform(0.1, 0.4) * np.exp(-(((t - 0.45) / 0.1) ** 2))) * (1 - 0.15 * t)
    return replace(made, val=with_validation(rng, len(t), val, 0.006, int(rng.integers(10, 40))))


def dropout(rng: Generator) -> Log:
    """A validation far below a train loss under dropout and augmentation."""
    t = np.linspace(0, 1, length(rng))
    clean = any_fall(rng, t)
    made = plain(rng, "validation below train", logged(rng, clean, rng.uniform(0.02, 0.1)))
    val = clean * rng.uniform(0.5, 0.85)
    return replace(made, val=with_validation(rng, len(t), val, 0.01, int(rng.integers(4, 50))))


def hardly_any_noise(rng: Generator) -> Log:
    """Full batches: the smallest ripple is many times the noise."""
    t = np.linspace(0, 1, length(rng))
    ripple = 0.004 * np.sin(2 * np.pi * t * rng.uniform(3, 30)) * np.exp(-2 * t)
    return plain(rng, "hardly any noise", any_fall(rng, t) * (1 + ripple) + 1e-5 * rng.standard_normal(len(t)))


def resumed(rng: Generator) -> Log:
    """A run that was stopped and went on from an earlier step, hours later, its optimizer cold."""
    t = np.linspace(0, 1, length(rng, 80))
    count = len(t)
    at, back = int(count * rng.uniform(0.3, 0.8)), int(rng.integers(1, max(2, count // 15)))
    clean = any_fall(rng, t)
    order = np.concatenate([np.arange(at), np.arange(at - back, count)])
    cold = np.where(np.arange(len(order)) >= at, np.exp(-(np.arange(len(order)) - at) / (0.01 * count + 1)), 0)
    made = plain(rng, "resumed", logged(rng, clean[order] * (1 + rng.uniform(0, 0.08) * cold), rng.uniform(0.01, 0.08)))
    seconds = made.seconds.copy()
    seconds[at:] += rng.uniform(0.1, 40) * HOUR
    return replace(made, seconds=seconds, step=order * 25.0)


def paused(rng: Generator) -> Log:
    """A laptop that slept twice: the steps go on, the clock jumps."""
    t = np.linspace(0, 1, length(rng, 60))
    made = plain(rng, "paused", logged(rng, any_fall(rng, t), rng.uniform(0.01, 0.08)))
    seconds = made.seconds.copy()
    for at in rng.integers(5, len(t), 2):
        seconds[at:] += rng.uniform(0.5, 14) * HOUR
    return replace(made, seconds=seconds)


def shared_machine(rng: Generator) -> Log:
    """Memory that another program takes and gives back, that a page cache fills, or that is collected in a saw-tooth."""
    t = np.linspace(0, 1, length(rng, 60))
    count, level, kind = len(t), float(rng.uniform(4000, 100_000)), rng.integers(3)
    if kind == 0:
        begin, end = sorted(rng.uniform(0.1, 0.9, 2))
        taken = rng.uniform(0.03, 0.25) * ((t > begin) & (t < end))
    elif kind == 1:
        taken = rng.uniform(0.1, 0.4) * (1 - np.exp(-rng.uniform(15, 40) * t))
    else:
        taken = rng.uniform(0.02, 0.08) * (np.arange(count) % int(rng.integers(8, 60))) / 60
    made = plain(rng, "shared machine", logged(rng, any_fall(rng, t), rng.uniform(0.01, 0.06)))
    return replace(made, memory=level * (1 - taken + 0.004 * batch_noise(rng, count)))


def uneven_speed(rng: Generator) -> Log:
    """A speed that follows the lengths of the samples and falls to a tenth where it is evaluated."""
    t = np.linspace(0, 1, length(rng, 60))
    waves = 1 + rng.uniform(0.02, 0.12) * np.sin(2 * np.pi * t * rng.integers(3, 20) + rng.uniform(0, 6))
    speed = rng.uniform(60, 3000) * waves * rng.lognormal(0, rng.uniform(0.01, 0.1), len(t))
    speed[rng.random(len(t)) < 0.04] *= 0.1
    speed[: max(1, len(t) // 40)] *= rng.uniform(0.2, 1)
    made = plain(rng, "uneven speed", logged(rng, any_fall(rng, t), rng.uniform(0.01, 0.06)))
    return replace(made, speed=speed, gradient=np.abs(rng.lognormal(0, 0.3, len(t))))


def just_begun(rng: Generator) -> Log:
    """A short run, or a log that was written rarely."""
    t = np.linspace(0, 1, int(rng.integers(6, 40)))
    clean = any_fall(rng, t)
    made = plain(rng, "short", logged(rng, clean, rng.uniform(0.005, 0.08)))
    return replace(made, val=with_validation(rng, len(t), clean * rng.uniform(0.95, 1.2), 0.01, int(rng.integers(1, 8))))


def long_at_rest(rng: Generator) -> Log:
    """A loss that fell early and has been at rest since, wandering a little."""
    t = np.linspace(0, 1, length(rng))
    path = wander(rng, len(t), 0.02 * len(t))
    clean = rng.uniform(0.2, 2) * (1 + rng.uniform(0.5, 4) * np.exp(-rng.uniform(15, 80) * t)) * (1 + 0.008 * path)
    made = plain(rng, "at rest", logged(rng, clean, rng.uniform(0.005, 0.08)))
    return replace(made, val=with_validation(rng, len(t), clean * 1.05, 0.01, int(rng.integers(5, 40))))


def towards_zero(rng: Generator) -> Log:
    """A train loss that goes to zero over four decades, the validation with it."""
    t = np.linspace(0, 1, length(rng))
    clean = rng.uniform(0.5, 5) * np.exp(-9 * t ** rng.uniform(0.4, 1)) * (1 + 0.2 * wander(rng, len(t), 0.01 * len(t)))
    made = plain(rng, "towards zero", np.abs(clean) * rng.lognormal(0, rng.uniform(0.1, 0.4), len(t)))
    return replace(made, val=with_validation(rng, len(t), np.abs(clean) * 1.1, 0.03, int(rng.integers(5, 30))))


HELD_OUT_FAMILIES: tuple[Family, ...] = (
    pre_training, stable_then_decay, one_cycle, late_start, small_batches, three_epochs, same_order, slow_wander, by_epoch_noisy,
    likelihood, second_descent, dropout, hardly_any_noise, resumed, paused, shared_machine, uneven_speed, just_begun,
    long_at_rest, towards_zero,
)  # fmt: skip
