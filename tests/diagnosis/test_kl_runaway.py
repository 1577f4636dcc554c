"""A KL that runs away."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.tuned import T, tuned
from trainmon.diagnosis.kl_runaway import find_kl_runaway

GROWING = 0.05 * np.exp(6 * np.clip((T - 0.6) / 0.4, 0, 1))


def test_a_kl_that_grows_by_the_same_factor_again_and_again_is_a_warning() -> None:
    (found,) = find_kl_runaway(tuned(kl=GROWING))
    assert (found.severity, found.metric, found.case) == ("warning", "kl", "")
    assert 120 < found.rows[0] < 180


def test_a_kl_that_grows_in_a_line_is_none_nor_one_that_stays_small() -> None:
    assert list(find_kl_runaway(tuned(kl=1.5 * T))) == []
    assert list(find_kl_runaway(tuned(kl=GROWING / 100))) == []


def test_the_sum_over_an_answer_and_that_of_one_update_have_scales_of_their_own() -> None:
    assert list(find_kl_runaway(tuned(summed_kl=GROWING))) == []
    assert len(list(find_kl_runaway(tuned(summed_kl=100 * GROWING)))) == 1
    (found,) = find_kl_runaway(tuned(update_kl=GROWING))
    assert found.case == "update"
    assert list(find_kl_runaway(tuned(kl=T / 10, update_kl=GROWING))) == []


def test_single_rows_that_are_far_off_are_chance() -> None:
    assert list(find_kl_runaway(tuned(kl=np.where(np.arange(200) % 20 == 19, 30.0, 0.05)))) == []
