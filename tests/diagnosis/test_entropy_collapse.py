"""An entropy that is gone."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.tuned import ROWS, T, rising, step_at, tuned
from trainmon.diagnosis.entropy_collapse import find_entropy_collapse

GONE = step_at(0.5, 1.0, 0.03)
FLAT = np.full(ROWS, 0.5)


def test_an_entropy_of_answers_that_is_gone_is_a_warning_where_the_reward_does_not_rise() -> None:
    (found,) = find_entropy_collapse(tuned(entropy=GONE, reward=FLAT, kl=FLAT))
    assert (found.severity, found.rows) == ("warning", (100,))
    assert found.value("left") == 3.0


def test_it_is_a_notice_while_the_reward_still_rises() -> None:
    (found,) = find_entropy_collapse(tuned(entropy=GONE, reward=0.2 + T, kl=FLAT))
    assert found.severity == "notice"


def test_episodes_may_end_sure_of_themselves_unless_the_reward_falls() -> None:
    assert list(find_entropy_collapse(tuned(entropy=GONE, reward=rising(), update_kl=FLAT))) == []
    (found,) = find_entropy_collapse(tuned(entropy=GONE, reward=rising() * step_at(0.5, 1.0, 0.2), update_kl=FLAT))
    assert found.severity == "warning"


def test_a_slow_fall_is_no_collapse_and_an_entropy_below_0_is_not_judged() -> None:
    assert list(find_entropy_collapse(tuned(entropy=1.0 - 0.7 * T, reward=FLAT, kl=FLAT))) == []
    assert list(find_entropy_collapse(tuned(entropy=GONE - 0.1, reward=FLAT, kl=FLAT))) == []


def test_preferences_are_not_tried_by_the_model() -> None:
    assert list(find_entropy_collapse(tuned(entropy=GONE, accuracies=FLAT, margins=FLAT))) == []
