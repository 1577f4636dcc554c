"""Short ways to the inputs of the checks: a list of values becomes a curve, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trainmon.diagnosis.curve import Curve, curve
from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.low_memory import find_low_memory
from trainmon.diagnosis.memory_leak import find_memory_leak
from trainmon.diagnosis.memory_swings import find_memory_swings
from trainmon.stats.arrays import Floats
from trainmon.stats.outlook import Outlook, outlook

Values = Sequence[float] | Floats


def of(values: Values, metric: str = "loss", every: int = 1) -> Curve:
    """Return the curve of values on every row, or on the last of `every` rows."""
    return curve(metric, np.arange(1, len(values) + 1) * every - 1, np.asarray(values, dtype=np.float64))


def inputs(train: Values, evaluation: Values | None = None, **others: Curve) -> Inputs:
    """Return the inputs of a train loss on every row, and of a validation spread evenly over the rows."""
    every = max(1, len(train) // len(evaluation)) if evaluation is not None and len(evaluation) else 1
    return Inputs(
        train=of(train),
        evaluation=None if evaluation is None else of(evaluation, "val_loss", every),
        stop_row=len(train),
        **others,
    )


def falling(count: int = 200, noise: float = 0.02, seed: int = 0) -> Floats:
    """Return a healthy loss that falls from 2.5 to 0.5."""
    t = np.linspace(0, 1, count)
    return (0.5 + 2 * np.exp(-5 * t)) * np.exp(noise * np.random.default_rng(seed).standard_normal(count))


def steady(count: int = 200) -> Floats:
    """Return a speed, or anything else, that stays at 200 up to its jitter."""
    return 200 * (1 + 0.02 * np.random.default_rng(0).standard_normal(count))


def noise(count: int, seed: int = 1) -> Floats:
    """Return standard normal noise."""
    return np.random.default_rng(seed).standard_normal(count)


def jitter(count: int = 200) -> Floats:
    """Return the noise of memory readings, in MB."""
    return 20 * np.random.default_rng(0).standard_normal(count)


def of_memory(memory: Values, ahead: Outlook | None = None, last_start: int = 0) -> Inputs:
    """Return the inputs of a healthy loss with these readings of memory, and with their trend unless one is given."""
    steps, values = np.arange(float(len(memory))), np.asarray(memory, dtype=np.float64)
    known = outlook(steps, values, 1_024.0, None) if ahead is None else ahead
    made = inputs(falling(len(memory)), memory=of(memory, "memory_mb"))
    return replace(made, memory_outlook=known, last_start=last_start)


def in_memory(made: Inputs) -> list[Finding]:
    """Return everything that is found in the readings of memory."""
    return [found for check in (find_memory_leak, find_low_memory, find_memory_swings) for found in check(made)]


def only(findings: Sequence[Finding], kind: str) -> Finding:
    """Return the one finding of a kind."""
    (found,) = [each for each in findings if each.kind == kind]
    return found
