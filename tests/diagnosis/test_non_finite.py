"""Values that are no numbers."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import falling, inputs, of
from trainmon.diagnosis.non_finite import find_non_finite


def test_a_loss_that_ends_with_nan_is_an_error_from_its_first_row() -> None:
    losses = falling(100)
    losses[70:] = np.nan
    (found,) = find_non_finite(inputs(losses))
    assert (found.severity, found.rows, found.value("count")) == ("error", (70,), 30)
    assert found.value("last_finite") == losses[69]


def test_a_burst_that_recovers_is_a_warning() -> None:
    losses = falling(100)
    losses[40:43] = np.inf
    assert [each.severity for each in find_non_finite(inputs(losses))] == ["warning"]


def test_zeros_beside_a_gradient_norm_of_nan_are_hidden_nans() -> None:
    (found,) = find_non_finite(inputs([0.0] * 5, grad_norm=of([np.nan] * 5, "grad_norm")))
    assert (found.severity, found.case) == ("error", "hidden")


def test_a_loss_that_is_finite_while_a_loss_scaler_finds_its_scale_raises_no_alarm() -> None:
    norms = np.ones(60)
    norms[:6] = np.inf
    for rows in (2, 8, 60):
        found = list(find_non_finite(inputs(falling(60)[:rows], grad_norm=of(norms[:rows], "grad_norm"))))
        assert [each.severity for each in found] == ["info" if rows > 2 else "warning"]


def test_gradient_norms_that_stay_infinite_are_an_error() -> None:
    norms = np.ones(60)
    norms[56:] = np.inf
    (found,) = find_non_finite(inputs(falling(60), grad_norm=of(norms, "grad_norm")))
    assert (found.severity, found.rows) == ("error", (56,))


def test_a_loss_that_turns_to_zero_while_the_gradient_norm_turns_to_nan_is_a_hidden_nan() -> None:
    losses, norms = falling(200), np.ones(200)
    losses[190:], norms[190:] = 0.0, np.nan
    (found,) = find_non_finite(inputs(losses, grad_norm=of(norms, "grad_norm")))
    assert (found.severity, found.case, found.rows, found.value("zeros")) == ("error", "hidden", (190,), 10)


def test_a_loss_that_reaches_zero_with_finite_norms_hides_nothing() -> None:
    losses, norms = falling(200), np.ones(200)
    losses[190:], norms[100] = 0.0, np.nan
    assert [each.case for each in find_non_finite(inputs(losses, grad_norm=of(norms, "grad_norm")))] == ["grad_norm"]


def test_a_rare_infinite_gradient_norm_is_information() -> None:
    norms = np.ones(300)
    norms[100] = np.inf
    (found,) = find_non_finite(inputs(falling(300), grad_norm=of(norms, "grad_norm")))
    assert (found.severity, found.metric) == ("info", "grad_norm")
