"""The noise of training logs: autocorrelated, heavy-tailed, multiplicative where the loss is positive."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Generator = np.random.Generator


def noise(rng: Generator, count: int) -> Floats:
    """Return noise of standard deviation about 1: AR(1) with a coefficient of 0 to 0.6, normal or Student's t with 4 to 8."""
    coefficient = rng.choice([0.0, 0.0, 0.3, 0.6])
    steps = rng.standard_normal(count) if rng.random() < 0.5 else rng.standard_t(rng.integers(4, 9), count) / 1.3
    values = np.empty(count)
    last = 0.0
    for at in range(count):
        last = coefficient * last + np.sqrt(1 - coefficient**2) * steps[at]
        values[at] = last
    return values


def noisy(rng: Generator, curve: Floats, relative: float) -> Floats:
    """Return a curve with noise in parts of its value, or of its range where it is not above 0."""
    if curve.min() > 0:
        return curve * np.exp(relative * noise(rng, len(curve)) - relative**2 / 2)
    return curve + relative * float(np.ptp(curve)) * noise(rng, len(curve))
