"""Rewards without a difference within a group."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.tuned import ROWS, rising, step_at, tuned
from trainmon.diagnosis.rewards_alike import find_rewards_alike


def test_groups_with_one_reward_for_all_answers_are_a_warning_where_it_stays() -> None:
    (found,) = find_rewards_alike(tuned(unvaried=step_at(0.6, 0.2, 1.0), reward=np.full(ROWS, 0.1)))
    assert (found.severity, found.metric, found.rows, found.case) == ("warning", "unvaried", (120,), "")


def test_prompts_that_are_solved_are_a_notice() -> None:
    (found,) = find_rewards_alike(tuned(unvaried=step_at(0.6, 0.2, 1.0), reward=rising()))
    assert (found.severity, found.case) == ("notice", "solved")


def test_the_spread_is_judged_where_the_share_was_not_logged() -> None:
    (found,) = find_rewards_alike(tuned(spread=step_at(0.6, 0.3, 0.0)))
    assert (found.severity, found.case) == ("warning", "spread")
    assert list(find_rewards_alike(tuned(spread=step_at(0.6, 0.3, 0.1)))) == []


def test_a_spread_that_was_never_there_is_told_after_a_while() -> None:
    (found,) = find_rewards_alike(tuned(spread=np.zeros(ROWS)))
    assert (found.severity, found.rows) == ("warning", (0,))
    assert list(find_rewards_alike(tuned(spread=np.zeros(50)))) == []


def test_a_hard_start_is_no_fault() -> None:
    assert list(find_rewards_alike(tuned(unvaried=np.full(ROWS, 0.9)))) == []
