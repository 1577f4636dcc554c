"""The guide's grade of an improvement."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import falling, inputs, noise
from trainmon.diagnosis.low_improvement import find_low_improvement


def test_a_small_fall_is_low_improvement_and_never_more_than_information() -> None:
    (low,) = find_low_improvement(inputs(2.2 - 0.15 * np.linspace(0, 1, 400) + 0.03 * noise(400)))
    assert low.severity == "info"


def test_a_loss_that_halves_is_not_graded_and_neither_is_one_below_zero() -> None:
    assert list(find_low_improvement(inputs(falling()))) == []
    assert list(find_low_improvement(inputs(-0.5 - 0.001 * np.arange(100)))) == []
