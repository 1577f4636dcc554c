"""A reward that is lost again."""

from __future__ import annotations

import numpy as np
import pytest

from tests.diagnosis.curves import noise
from tests.diagnosis.tuned import ROWS, T, rising, step_at, tuned
from trainmon.diagnosis.reward_collapse import find_reward_collapse


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_a_reward_that_loses_what_it_had_gained_is_a_warning_in_any_unit(scale: float) -> None:
    (found,) = find_reward_collapse(tuned(reward=scale * (rising() - step_at(0.7, 0.0, 0.5))))
    assert found.severity == "warning"
    assert abs(found.rows[0] - 140) <= 5
    assert (found.value("best") or 0) > 0.5 * scale > (found.value("now") or 0)


def test_rewards_below_0_are_judged_alike() -> None:
    (found,) = find_reward_collapse(tuned(reward=rising() - step_at(0.7, 0.0, 0.5) - 30))
    assert found.severity == "warning"


def test_a_reward_that_was_good_from_the_start_and_is_gone_is_one() -> None:
    (found,) = find_reward_collapse(tuned(reward=step_at(0.7, 0.8, 0.1) + 0.04 * noise(ROWS)))
    assert found.severity == "warning"


def test_noise_and_a_dip_that_is_over_are_none() -> None:
    dipped = rising() - 0.4 * ((T > 0.6) & (T < 0.65))
    assert list(find_reward_collapse(tuned(reward=dipped))) == []
    assert all(list(find_reward_collapse(tuned(reward=0.5 + 0.1 * noise(ROWS, seed)))) == [] for seed in range(20))


def test_a_constant_reward_has_nothing_to_lose() -> None:
    assert list(find_reward_collapse(tuned(reward=np.zeros(ROWS)))) == []
