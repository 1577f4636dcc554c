"""A loss that turned and rises."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import falling, inputs, noise, of, only
from trainmon.diagnosis.diverging import find_diverging


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


def test_a_rise_that_has_only_begun_is_a_notice() -> None:
    losses = falling(400, 0.02)
    losses[385:] *= 1 + 0.3 * np.arange(1, 16) / 15
    (found,) = find_diverging(inputs(losses))
    assert (found.severity, found.case) == ("notice", "newest")
    assert abs(found.rows[0] - 385) <= 10


def test_a_low_bump_is_no_alarm_until_it_lasts() -> None:
    at_rest = 1 + 0.01 * noise(400)
    assert not any(each.alarms for each in find_diverging(inputs(at_rest * np.where(np.arange(400) < 340, 1, 1.2))))
    (found,) = find_diverging(inputs(at_rest * np.where(np.arange(400) < 200, 1, 1.2)))
    assert found.alarms


def test_a_dozen_values_that_fall_and_rise_far_are_diverging() -> None:
    (found,) = find_diverging(inputs([3.0, 2.2, 1.6, 1.2, 0.9, 0.7, 0.6, 0.5, 0.52, 0.7, 1.0, 1.3, 1.6, 1.8, 2.0, 2.2]))
    assert (found.severity, found.rows) == ("error", (7,))


def test_a_dozen_values_that_settle_are_not_diverging() -> None:
    for seed in range(20):
        assert list(find_diverging(inputs(falling(14, 0.1, seed)))) == []


def test_a_loss_that_rises_with_its_learning_rate_is_not_new() -> None:
    losses, rate = falling(300, 0.02), np.linspace(1e-4, 3e-4, 300)
    losses[285:] *= np.linspace(1.02, 1.25, 15)
    assert only(list(find_diverging(inputs(losses))), "diverging").case == "newest"
    assert list(find_diverging(inputs(losses, learning_rate=of(rate, "lr")))) == []
