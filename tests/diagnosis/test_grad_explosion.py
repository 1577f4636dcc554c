"""A gradient norm that runs away, or jumps and takes the loss with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.diagnosis.curves import falling, inputs, noise, of
from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.grad_explosion import find_grad_explosion
from trainmon.stats.arrays import Floats


def norms(count: int = 200) -> Floats:
    """Return norms that scatter around 1."""
    return np.exp(0.2 * noise(count))


def runaway(count: int = 200, onset: int = 120, end: float = 30.0) -> Floats:
    """Return norms that grow from a row on."""
    return norms(count) * end ** np.clip((np.arange(count) - onset) / (count - onset), 0, 1)


def found_in(losses: Floats, gradients: Floats) -> list[Finding]:
    """Return what is found in a loss and its gradient norms."""
    return list(find_grad_explosion(inputs(losses, grad_norm=of(gradients, "grad_norm"))))


def test_a_norm_that_runs_away_while_the_loss_stays_is_a_notice() -> None:
    (found,) = found_in(falling(200), runaway())
    assert (found.severity, found.case) == ("notice", "")
    assert 120 <= found.rows[0] < 160
    assert 20 < (found.value("times") or 0) < 50


def test_a_norm_that_runs_away_with_the_loss_is_a_warning() -> None:
    losses = falling(200) * (1 + np.clip(np.arange(200) - 150, 0, 50) / 50)
    (found,) = found_in(losses, runaway())
    assert (found.severity, found.case) == ("warning", "followed")
    assert (found.value("loss_after") or 0) > (found.value("loss_before") or 0)


def test_a_norm_of_hundreds_of_times_its_level_is_a_warning_before_the_loss_follows() -> None:
    assert [each.severity for each in found_in(falling(200), runaway(end=500.0))] == ["warning"]


def test_a_norm_that_settles_or_swings_by_a_factor_of_three_has_not_run_away() -> None:
    t = np.linspace(0, 1, 200)
    assert found_in(falling(200), norms() * (1 + 80 * np.exp(-20 * t))) == []
    assert found_in(falling(200), norms() * (2 - np.cos(20 * t))) == []


def test_a_jump_that_does_no_harm_is_not_told() -> None:
    losses, gradients = falling(200), norms()
    gradients[[60, 120]] = 80.0
    losses[[60, 120]] *= 1.5
    assert found_in(losses, gradients) == []


def test_a_jump_after_which_the_loss_is_higher_is_told_at_its_row() -> None:
    losses, gradients = falling(200), norms()
    gradients[120] = 80.0
    losses[121:140] *= 1 + 0.8 * np.exp(-np.arange(19) / 8)
    (found,) = found_in(losses, gradients)
    assert (found.severity, found.case, found.rows, found.value("highest")) == ("notice", "jumps", (120,), 80.0)


def test_steps_that_a_loss_scaler_skips_say_nothing() -> None:
    gradients = norms()
    gradients[[0, 1, 2, 90]] = np.inf
    gradients[[50, 199]] = 0.0
    assert found_in(falling(200), gradients) == []


def test_a_jump_on_the_newest_row_waits_for_what_the_loss_does() -> None:
    gradients = norms()
    gradients[-1] = 80.0
    assert found_in(falling(200), gradients) == []


def test_a_norm_that_rises_with_the_learning_rate_of_a_warm_restart_has_not_run_away() -> None:
    restart = np.where(np.arange(200) < 150, 1e-5, 1e-4)
    gradients = norms() * np.where(np.arange(200) < 150, 1.0, 12.0)
    for rate, found in ((restart, []), (np.full(200, 1e-4), ["notice"])):
        made = inputs(falling(200), grad_norm=of(gradients, "grad_norm"), learning_rate=of(rate, "lr"))
        assert [each.severity for each in find_grad_explosion(made)] == found


def test_the_loss_of_an_adversarial_training_is_not_asked() -> None:
    losses = falling(200) * (1 + np.clip(np.arange(200) - 150, 0, 50) / 50)
    made = replace(inputs(losses, grad_norm=of(runaway(), "grad_norm")), adversarial=True)
    assert [(each.severity, each.case) for each in find_grad_explosion(made)] == [("notice", "")]
