"""A loss that has come to rest."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import inputs, noise, of
from trainmon.diagnosis.plateau import find_plateau

AT_REST = 0.5 + np.exp(-np.arange(300) / 20) + 0.002 * noise(300)


def test_a_plateau_is_told_apart_from_convergence_with_the_schedule() -> None:
    rate = of(1e-4 * np.linspace(1, 0, 300), "lr")
    assert [each.case for each in find_plateau(inputs(AT_REST))] == ["flat"]
    assert [each.case for each in find_plateau(inputs(AT_REST, learning_rate=rate))] == ["converged"]


def test_a_loss_that_never_fell_has_no_plateau() -> None:
    assert list(find_plateau(inputs(2 + 0.01 * noise(300)))) == []


def test_a_loss_that_still_falls_has_no_plateau() -> None:
    assert list(find_plateau(inputs(np.linspace(3, 1, 200)))) == []
