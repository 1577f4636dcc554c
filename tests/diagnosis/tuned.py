"""Short ways to the inputs of a training that is judged by rewards or preferences."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import Values, noise, of
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.inputs import Inputs
from trainmon.stats.arrays import Floats

ROWS = 200
T = np.linspace(0, 1, ROWS)


def tuned(rate: Curve | None = None, **parts: Values) -> Inputs:
    """Return the inputs of a tuning with these parts, one value a row."""
    curves = {part: of(values, part) for part, values in parts.items()}
    count = max(len(values) for values in parts.values())
    return Inputs(tuned=curves, learning_rate=rate, stop_row=count)  # type: ignore[arg-type]


def step_at(share: float, before: float, after: float) -> Floats:
    """Return one value up to a share of the run and another from there on."""
    return np.where(share > T, before, after)


def rising(seed: int = 1, level: float = 0.04) -> Floats:
    """Return a reward that rises from 0.2 to 0.7."""
    return 0.2 + 0.5 * (1 - np.exp(-4 * T)) + level * noise(ROWS, seed)
