"""Families of curves with nothing wrong in them whose first part could pass for a fault: for a run that is watched on its way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.diagnosis.healthy import Family, Log, along, exponential, log, size
from benchmarks.diagnosis.noise import Floats, Generator, noisy


def _longer(rng: Generator) -> int:
    return int(rng.choice([120, 300, 800, 2000]))


def _warmed(t: Floats, warm: float, peak: float = 3e-4) -> Floats:
    """Return a learning rate that rises up to `warm` and then falls to a tenth."""
    return peak * np.where(t < warm, t / warm + 1e-3, 1 - 0.9 * (t - warm) / (1 - warm))


def late_start(rng: Generator) -> Log:
    """A loss as good as guessing for the first 5 to 15 %, which then falls: often the learning rate warms up meanwhile."""
    t, begin = along(_longer(rng)), rng.uniform(0.05, 0.15)
    level = rng.uniform(0.7, 7)
    clean = level * (1 - rng.uniform(0.3, 0.9) * (1 - np.exp(-rng.uniform(4, 10) * np.maximum(t - begin, 0))))
    rate = _warmed(t, begin * rng.uniform(0.3, 1)) if rng.random() < 0.5 else None
    return log(rng, "late start", clean, relative=float(rng.uniform(0.005, 0.06)), rate=rate)


def plateau_then_fall(rng: Generator) -> Log:
    """A loss that falls, rests on a plateau for a third of the run, and falls again."""
    t, at = along(_longer(rng)), rng.uniform(0.4, 0.6)
    level = rng.uniform(0.5, 4)
    clean = level * (0.3 + 0.8 * np.exp(-rng.uniform(20, 60) * t) + 0.7 / (1 + np.exp((t - at) * rng.uniform(15, 40))))
    return log(rng, "plateau, then a fall", clean, relative=float(rng.uniform(0.01, 0.06)))


def one_cycle(rng: Generator) -> Log:
    """One cycle of the learning rate: the loss rises while the rate is at its highest, and falls lower afterwards."""
    t, top = along(_longer(rng)), rng.uniform(0.25, 0.45)
    rate = 1e-2 * np.where(t < top, 0.04 + 0.96 * t / top, 0.5 * (1 + np.cos(np.pi * (t - top) / (1 - top))) + 1e-4)
    level = rng.uniform(0.5, 3)
    bump = rng.uniform(0.05, 0.3) * np.exp(-(((t - top) / rng.uniform(0.06, 0.12)) ** 2))
    clean = level * (0.4 + 1.2 * np.exp(-rng.uniform(8, 20) * t) + bump - 0.25 * t**2)
    return log(rng, "one cycle", clean, rate=rate if rng.random() < 0.8 else None, relative=float(rng.uniform(0.01, 0.05)))


def small_batches(rng: Generator) -> Log:
    """A loss of one or two samples a row: a fall of a third under noise as large."""
    t = along(_longer(rng))
    clean = rng.uniform(0.8, 2.5) * (1 - rng.uniform(0.2, 0.5) * (1 - np.exp(-rng.uniform(3, 8) * t)))
    return log(rng, "small batches", clean, relative=float(rng.uniform(0.2, 0.45)))


def same_order(rng: Generator) -> Log:
    """The same batches in the same order each epoch: what looks like noise comes again, hard stretches included."""
    count, epochs = _longer(rng), int(rng.integers(3, 9))
    t, each = along(count), count // epochs + 1
    hard = np.convolve(rng.standard_normal(each + 8), np.ones(9) / 3, mode="valid")[:each]
    order = np.resize(hard, count)
    clean = (0.4 + rng.uniform(1, 3) * np.exp(-rng.uniform(2, 6) * t)) * np.exp(rng.uniform(0.02, 0.1) * order)
    return log(rng, "same order each epoch", clean, relative=float(rng.uniform(0.005, 0.04)))


def resumed(rng: Generator) -> Log:
    """A run that was resumed once or twice: after each pause the loss is a little higher for some rows."""
    count = _longer(rng)
    t = along(count)
    clean = rng.uniform(0.3, 2) + rng.uniform(0.5, 3) * np.exp(-rng.uniform(3, 10) * t)
    made = log(rng, "resumed", clean, relative=float(rng.uniform(0.01, 0.06)))
    loss, seconds = made.loss.copy(), made.seconds.copy()
    for at in rng.integers(int(0.2 * count), int(0.9 * count), int(rng.integers(1, 3))):
        after = np.arange(count) - at
        loss *= 1 + rng.uniform(0.03, 0.15) * np.where(after >= 0, np.exp(-np.maximum(after, 0) / (0.02 * count)), 0)
        seconds[at:] += rng.uniform(600, 40_000)
    return replace(made, loss=loss, seconds=seconds)


def noisy_validation(rng: Generator) -> Log:
    """One row an epoch with a validation of few samples, which goes to and fro by 3 to 10 %."""
    t = along(int(rng.choice([12, 20, 40, 80, 150])))
    clean = rng.uniform(0.1, 0.6) + rng.uniform(0.5, 1.5) * np.exp(-rng.uniform(3, 6) * t)
    made = log(rng, "noisy validation", clean, relative=float(rng.uniform(0.005, 0.03)), evaluations=0)
    return replace(made, val=noisy(rng, clean * rng.uniform(0.95, 1.2), float(rng.uniform(0.03, 0.1))))


def second_descent(rng: Generator) -> Log:
    """A validation that rises in the middle, while the train loss falls on, and then falls below where it was."""
    count = _longer(rng)
    t, evaluations, middle = along(count), int(rng.integers(15, 61)), rng.uniform(0.3, 0.6)
    clean = rng.uniform(0.2, 1) + rng.uniform(1, 3) * np.exp(-rng.uniform(4, 8) * t)
    at = np.unique(np.linspace(count / evaluations, count, evaluations).astype(int) - 1)
    bump = rng.uniform(0.05, 0.25) * np.exp(-(((t[at] - middle) / rng.uniform(0.05, 0.1)) ** 2))
    val = np.full(count, np.nan)
    val[at] = noisy(rng, clean[at] * (1.1 + bump), 0.01)
    return replace(log(rng, "second descent", clean, relative=0.03), val=val)


def rise_at_first(rng: Generator) -> Log:
    """Fine-tuning whose loss rises while the learning rate warms up, and falls below its beginning afterwards."""
    t, warm = along(_longer(rng)), rng.uniform(0.03, 0.1)
    rise = rng.uniform(0.05, 0.4) * np.exp(-(((t - warm) / (0.5 * warm)) ** 2))
    clean = rng.uniform(0.8, 2.5) * (1 - rng.uniform(0.2, 0.5) * (1 - np.exp(-6 * t)) + rise)
    return log(rng, "rise at first", clean, rate=_warmed(t, warm) if rng.random() < 0.7 else None, relative=0.03)


def steep_start(rng: Generator) -> Log:
    """A loss that falls to a tenth within some rows and by little ever after."""
    count = size(rng)
    rows, floor = np.arange(count), rng.uniform(0.2, 2)
    clean = floor * (1 + rng.uniform(5, 30) * np.exp(-rows / rng.uniform(1, 6)) + 0.3 * np.exp(-4 * rows / count))
    return log(rng, "steep start", clean, relative=float(rng.uniform(0.01, 0.08)))


def harder_data(rng: Generator) -> Log:
    """A plan that goes on to harder data in the middle: the loss jumps by up to a tenth and falls from there."""
    t, at = along(_longer(rng)), rng.uniform(0.3, 0.8)
    clean = rng.uniform(0.8, 2.5) * (0.5 + np.exp(-rng.uniform(3, 8) * t) + (t > at) * 0.06 * np.exp(-4 * (t - at)))
    return log(rng, "harder data", clean, relative=float(rng.uniform(0.01, 0.04)))


def few_epochs(rng: Generator) -> Log:
    """Six to twenty epochs of a row each, with a validation that settles, goes to and fro by 1 to 4 %, and rises by no more."""
    t = along(int(rng.integers(6, 21)))
    clean = rng.uniform(0.2, 1) * (1 + rng.uniform(0.5, 2) * np.exp(-rng.uniform(3, 7) * t))
    made = log(rng, "few epochs", clean, relative=float(rng.uniform(0.01, 0.05)), evaluations=0)
    settled = np.maximum(clean, clean[int(rng.uniform(0.5, 0.9) * (len(t) - 1))]) * rng.uniform(1.0, 1.2)
    return replace(made, val=noisy(rng, settled, float(rng.uniform(0.01, 0.04))))


def cooled_down(rng: Generator) -> Log:
    """A base of exponential shape whose learning rate is logged, constant, and falls to 0 at the very end."""
    base = exponential(rng)
    t = along(base.rows)
    return replace(base, family="cooled down", rate=2e-4 * np.minimum(1, (1.001 - t) / 0.2))


GROWING_FAMILIES: tuple[Family, ...] = (
    late_start, plateau_then_fall, one_cycle, small_batches, same_order, resumed, noisy_validation, second_descent, rise_at_first,
    steep_start, harder_data, few_epochs, cooled_down,
)  # fmt: skip
