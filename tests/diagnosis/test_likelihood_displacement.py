"""Chosen answers that fall with the rejected ones."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.tuned import ROWS, T, step_at, tuned
from trainmon.diagnosis.likelihood_displacement import find_likelihood_displacement

MARGIN = 1 - np.exp(-5 * T)


def test_chosen_answers_that_fall_by_far_more_than_the_margin_gains_are_a_warning() -> None:
    fall = 8 * np.clip((T - 0.4) / 0.3, 0, 1)
    (found,) = find_likelihood_displacement(tuned(chosen=-fall, rejected=-MARGIN - fall))
    assert (found.severity, found.metric) == ("warning", "chosen")
    assert (found.value("chosen_now") or 0) < -7


def test_a_fall_of_three_times_the_gain_is_a_notice() -> None:
    (found,) = find_likelihood_displacement(tuned(chosen=-3 * MARGIN, rejected=-4 * MARGIN))
    assert found.severity == "notice"


def test_chosen_answers_fall_a_little_in_every_such_training() -> None:
    assert list(find_likelihood_displacement(tuned(chosen=-1.4 * MARGIN, rejected=-2.4 * MARGIN))) == []
    assert list(find_likelihood_displacement(tuned(chosen=-0.02 * T, rejected=-0.02 * T))) == []


def test_rewards_that_are_far_below_0_from_the_start_have_not_fallen() -> None:
    assert list(find_likelihood_displacement(tuned(chosen=np.full(ROWS, -9.0), rejected=-9 - MARGIN))) == []


def test_chosen_answers_that_fall_alone_are_another_matter() -> None:
    assert list(find_likelihood_displacement(tuned(chosen=step_at(0.5, 0, -8), rejected=np.zeros(ROWS)))) == []
