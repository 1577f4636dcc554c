"""Short ways to the inputs of the checks: a list of values becomes a curve, one row each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.preparation import Curve, Inputs, curve
from trainmon.stats.arrays import Floats

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


def only(findings: Sequence[Finding], kind: str) -> Finding:
    """Return the one finding of a kind."""
    (found,) = [each for each in findings if each.kind == kind]
    return found
