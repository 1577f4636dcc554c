"""A loss that is constant, or has no trend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.diagnosis.curves import inputs, noise, of
from trainmon.diagnosis.diagnose import at_the_end, diagnose
from trainmon.diagnosis.not_learning import find_not_learning


def test_a_constant_loss_is_not_learning() -> None:
    (found,) = find_not_learning(inputs(np.full(30, 16.74)))
    assert (found.severity, found.case) == ("error", "constant")


def test_a_loss_of_zeros_was_never_filled() -> None:
    (found,) = find_not_learning(inputs(np.zeros(30)))
    assert (found.severity, found.case) == ("warning", "zero")


def test_noise_without_a_trend_is_not_learning() -> None:
    (found,) = find_not_learning(inputs(2 + 0.1 * noise(800)))
    assert (found.severity, found.case) == ("warning", "flat")


@pytest.mark.parametrize(("rows", "severity"), [(40, "info"), (220, "notice"), (600, "warning")])
def test_a_flat_beginning_proves_more_the_longer_it_lasts(rows: int, severity: str) -> None:
    (found,) = find_not_learning(inputs(2 + 0.05 * noise(rows, 3)))
    assert found.severity == severity


@pytest.mark.parametrize(("fraction", "severity"), [(0.05, "info"), (0.15, "notice"), (0.3, "warning"), (1.0, "warning")])
def test_with_a_plan_it_is_the_part_that_is_done_which_counts(fraction: float, severity: str) -> None:
    (found,) = find_not_learning(replace(inputs(2 + 0.02 * noise(60)), fraction=fraction))
    assert found.severity == severity


def test_thirty_flat_epochs_of_a_row_each_are_an_alarm() -> None:
    losses = 2 + 0.02 * noise(40)
    (found,) = find_not_learning(inputs(losses, losses))
    assert found.severity == "warning"


@pytest.mark.parametrize(("rows", "on_its_way", "over"), [(40, "healthy", "notice"), (300, "notice", "warning")])
def test_a_flat_run_that_is_over_waits_for_no_more_rows(rows: int, on_its_way: str, over: str) -> None:
    found = diagnose(inputs(2 + 0.05 * noise(rows)))
    assert (found.verdict, at_the_end(found).verdict) == (on_its_way, over)


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
