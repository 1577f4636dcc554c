"""The train loss: flat, rising, at its end."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import falling, inputs, of, only
from trainmon.diagnosis.loss import find_diverging, find_ending, find_low_improvement, find_not_learning
from trainmon.stats.arrays import Floats


def noise(count: int, seed: int = 1) -> Floats:
    return np.random.default_rng(seed).standard_normal(count)


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
    (low,) = find_low_improvement(inputs(losses))
    assert low.severity == "info"


def test_nothing_is_said_of_a_trend_while_the_learning_rate_still_rises() -> None:
    rate = of(np.linspace(1e-6, 1e-4, 100), "lr")
    assert list(find_not_learning(inputs(2 + 0.1 * noise(100), learning_rate=rate))) == []


def test_a_loss_that_turns_is_diverging_from_where_it_turned() -> None:
    losses = np.concatenate([falling(120), np.linspace(0.5, 3, 80)])
    (found,) = find_diverging(inputs(losses))
    assert found.severity == "error"
    assert abs(found.rows[0] - 120) <= 20


def test_a_step_up_that_stays_is_diverging_and_one_on_its_way_back_is_not() -> None:
    at_rest = (0.5 + 2 * np.exp(-np.arange(200) / 12)) * np.exp(0.02 * noise(200))
    losses = at_rest * np.where(np.arange(200) < 120, 1, 1.25)
    assert abs(only(list(find_diverging(inputs(losses))), "diverging").rows[0] - 120) <= 20
    back = at_rest * (1 + 0.25 * np.exp(-np.maximum(0, np.arange(200) - 120) / 30) * (np.arange(200) >= 120))
    assert list(find_diverging(inputs(back))) == []


def test_a_loss_that_runs_away_turned_where_it_was_lowest() -> None:
    away = 1 + np.expm1(4 * np.clip(np.arange(400) - 200, 0, None) / 200) / 20 + 0.002 * noise(400)
    (found,) = find_diverging(inputs(away))
    assert abs(found.rows[0] - 200) <= 40


def test_a_fall_that_noise_hides_is_not_called_flat() -> None:
    losses = (2 - 0.6 * np.linspace(0, 1, 60)) * np.exp(0.5 * noise(60))
    assert list(find_not_learning(inputs(losses))) == []


def test_warm_restarts_are_not_diverging() -> None:
    t = np.arange(400)
    phase = t % 100 / 100
    losses = 1 + 2 * np.exp(-t / 60) + 0.4 * (1 - phase) ** 2 + 0.01 * noise(400)
    assert list(find_diverging(inputs(losses[:330]))) == []
    rate = of(1e-3 * (1 - phase[:130]) + 1e-6, "lr")
    assert list(find_diverging(inputs(losses[:130], learning_rate=rate))) == []


def test_a_drift_within_the_noise_is_not_diverging() -> None:
    losses = np.concatenate([falling(100), np.full(100, 0.52)]) + 0.05 * noise(200)
    assert list(find_diverging(inputs(losses))) == []


def test_a_plateau_is_told_apart_from_convergence_with_the_schedule() -> None:
    losses = 0.5 + np.exp(-np.arange(300) / 20) + 0.002 * noise(300)
    rate = of(1e-4 * np.linspace(1, 0, 300), "lr")
    assert only(list(find_ending(inputs(losses))), "plateau").case == "flat"
    assert only(list(find_ending(inputs(losses, learning_rate=rate))), "plateau").case == "converged"


def test_a_loss_that_falls_to_the_last_row_is_still_improving_only_where_validation_agrees() -> None:
    losses = np.linspace(3, 1, 200) + 0.01 * noise(200)
    assert [each.kind for each in find_ending(inputs(losses))] == ["still_improving"]
    assert list(find_ending(inputs(losses, np.linspace(1, 2, 20)))) == []
