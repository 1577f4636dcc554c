"""A loss that is constant, or has no trend."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import inputs, noise, of
from trainmon.diagnosis.not_learning import find_not_learning


def test_a_constant_loss_is_not_learning() -> None:
    (found,) = find_not_learning(inputs(np.full(30, 16.74)))
    assert (found.severity, found.case) == ("error", "constant")


def test_a_loss_of_zeros_was_never_filled() -> None:
    (found,) = find_not_learning(inputs(np.zeros(30)))
    assert (found.severity, found.case) == ("warning", "zero")


def test_noise_without_a_trend_is_not_learning() -> None:
    (found,) = find_not_learning(inputs(2 + 0.1 * noise(100)))
    assert (found.severity, found.case) == ("warning", "flat")


def test_a_loss_that_fell_fast_and_converged_did_learn() -> None:
    losses = 0.5 + 2 * np.exp(-np.arange(200) / 3) + 0.01 * noise(200)
    assert list(find_not_learning(inputs(losses))) == []


def test_a_small_fall_of_continued_pre_training_is_learning() -> None:
    losses = 2.2 - 0.15 * np.linspace(0, 1, 400) + 0.03 * noise(400)
    assert list(find_not_learning(inputs(losses))) == []


def test_nothing_is_said_of_a_trend_while_the_learning_rate_still_rises() -> None:
    rate = of(np.linspace(1e-6, 1e-4, 100), "lr")
    assert list(find_not_learning(inputs(2 + 0.1 * noise(100), learning_rate=rate))) == []


def test_a_fall_that_noise_hides_is_not_called_flat() -> None:
    losses = (2 - 0.6 * np.linspace(0, 1, 60)) * np.exp(0.5 * noise(60))
    assert list(find_not_learning(inputs(losses))) == []
