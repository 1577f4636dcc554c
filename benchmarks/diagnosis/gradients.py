"""Gradient norms of trainings with nothing wrong in them, and such that run away or jump and take the loss with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.diagnosis.faults import Fault, Faulty, Strength, base_of, of_strength
from benchmarks.diagnosis.healthy import Family, Log, along, exponential, memorising, power_law, restarts
from benchmarks.diagnosis.noise import Floats, Generator, noise
from benchmarks.diagnosis.onsets import onset_of, ramp_of


def norms(rng: Generator, clean: Floats) -> Floats:
    """Return gradient norms around a curve: their scatter is that of a logarithm, a tenth to a half."""
    return clean * np.exp(rng.uniform(0.08, 0.5) * noise(rng, len(clean)))


def settling(rng: Generator, count: int) -> Floats:
    """Return a norm that is high at the start and settles, often to a tenth and less."""
    t = along(count)
    return 10 ** rng.uniform(-1, 1) * (1 + rng.uniform(0, 40) * np.exp(-t / rng.uniform(0.02, 0.2)) + rng.uniform(0, 1) * t)


def _named(made: Log, family: str, gradient: Floats) -> Log:
    return replace(made, family=family, gradient=gradient)


def harmless_spikes(rng: Generator) -> Log:
    """Single norms of 5 to 100 times the level, as hard batches have; in half of the runs the loss of that batch too."""
    made = base_of(rng)
    gradient, loss = norms(rng, settling(rng, made.rows)), made.loss.copy()
    at = np.flatnonzero(rng.random(made.rows) < rng.uniform(0.002, 0.03))
    gradient[at] *= 10 ** rng.uniform(0.7, 2, len(at))
    if rng.random() < 0.5:
        loss[at] *= rng.uniform(1, 1.4, len(at))
    return _named(replace(made, loss=loss), "norms with spikes", gradient)


def loss_scaler(rng: Generator) -> Log:
    """An fp16 loss scaler: infinite norms while it looks for its scale at the start, and now and then one that is skipped."""
    made = base_of(rng)
    gradient = norms(rng, settling(rng, made.rows))
    gradient[: int(rng.integers(0, min(9, made.rows // 4)))] = np.inf
    later = rng.choice(np.arange(made.rows // 4, made.rows - 1), size=int(rng.integers(0, 1 + made.rows // 200)), replace=False)
    gradient[later] = np.where(rng.random(len(later)) < 0.5, np.inf, 0.0)
    return _named(made, "loss scaler", gradient)


def growing_norm(rng: Generator) -> Log:
    """Adapters that begin at 0, or weights that grow: the norm rises to two to five times what it was, all along."""
    made = base_of(rng)
    t = along(made.rows)
    return _named(made, "growing norm", norms(rng, 10 ** rng.uniform(-1, 1) * rng.uniform(2, 5) ** (t ** rng.uniform(0.3, 1.5))))


def norm_of_restarts(rng: Generator) -> Log:
    """Warm restarts: the norm swings with the learning rate."""
    made = restarts(rng)
    cycle = np.nan_to_num(made.rate / 1e-3)
    return _named(made, "norms of warm restarts", norms(rng, 0.5 + rng.uniform(0.5, 1.5) * cycle))


def norm_of_memorising(rng: Generator) -> Log:
    """A loss that goes to 0 with its norm, which is restless there."""
    made = memorising(rng)
    t = along(made.rows)
    restless = np.exp(rng.uniform(0.2, 0.7) * t * noise(rng, made.rows))
    return _named(made, "norms of memorising", norms(rng, 3 * 10 ** (-rng.uniform(1, 2.5) * t)) * restless)


def harder_data(rng: Generator) -> Log:
    """Harder data from some row on: norm and loss step up, and fall again."""
    made = exponential(rng) if rng.random() < 0.5 else power_law(rng)
    count = made.rows
    onset = int(rng.uniform(0.3, 0.7) * count)
    since = np.maximum(along(count) - onset / count, 0) * (np.arange(count) >= onset)
    step = (np.arange(count) >= onset) * np.exp(-4 * since)
    gradient = norms(rng, settling(rng, count)) * (1 + rng.uniform(0.5, 2) * step)
    return _named(replace(made, loss=made.loss * (1 + rng.uniform(0.02, 0.08) * step)), "harder data", gradient)


def runaway_norm(rng: Generator, strength: Strength) -> Faulty:
    """A norm that runs away to many times its level; in two of three runs the loss follows it."""
    base = base_of(rng)
    onset, high = onset_of(rng, base.rows), of_strength(strength, 15, 60, 1000)
    ramp = ramp_of(rng, base.rows, onset)
    gradient = norms(rng, settling(rng, base.rows)) * high**ramp
    follows = of_strength(strength, 0.3, 0.8, 3.0) * (rng.random() < 0.67)
    return Faulty("grad_explosion", strength, replace(base, gradient=gradient, loss=base.loss * (1 + follows * ramp**2)), onset)


def harmful_jump(rng: Generator, strength: Strength) -> Faulty:
    """One jump of the norm after which the loss needs many rows to come back."""
    base = base_of(rng)
    count, onset = base.rows, onset_of(rng, base.rows)
    gradient = norms(rng, settling(rng, count))
    gradient[onset] *= of_strength(strength, 30, 60, 300)
    after = np.arange(count) - onset
    back = max(8.0, rng.uniform(0.01, 0.05) * count)
    hurt = of_strength(strength, 0.6, 1.2, 4.0) * np.where(after > 0, np.exp(-np.maximum(after, 0) / back), 0.0)
    return Faulty("grad_explosion", strength, replace(base, gradient=gradient, loss=base.loss * (1 + hurt)), onset)


FAMILIES: tuple[Family, ...] = (
    harmless_spikes, loss_scaler, growing_norm, norm_of_restarts, norm_of_memorising, harder_data,
)  # fmt: skip
GROWING_FAULTS: tuple[Fault, ...] = (runaway_norm, harmful_jump)
