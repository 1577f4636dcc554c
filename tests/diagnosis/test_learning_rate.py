"""A learning rate that is not what the configuration asks for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.diagnosis.curves import falling, inputs, of
from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.inputs import Schedule
from trainmon.diagnosis.learning_rate import find_learning_rate
from trainmon.stats.arrays import Floats

LINEAR = Schedule(2e-4, falls=True, to_zero=True, done=0.5, plan_done=0.5)
T = np.linspace(0, 1, 100)


def found_in(rate: Floats, schedule: Schedule | None) -> list[Finding]:
    """Return what is found in a learning rate beside its schedule."""
    made = replace(inputs(falling(len(rate)), learning_rate=of(rate, "learning_rate")), schedule=schedule)
    return list(find_learning_rate(made))


def test_a_rate_that_never_falls_is_told_once_its_schedule_must_have_shown() -> None:
    (found,) = found_in(np.full(100, 2e-4), LINEAR)
    assert (found.severity, found.case, found.value("configured")) == ("notice", "constant", 2e-4)
    assert found_in(np.full(100, 2e-4), replace(LINEAR, done=0.05)) == []
    assert [each.case for each in found_in(np.full(100, 2e-4), replace(LINEAR, done=0.15, warm_up_share=0.1))] == ["no_warm_up"]


def test_a_rate_of_zero_is_a_warning_where_another_is_configured() -> None:
    assert [(each.severity, each.case) for each in found_in(np.zeros(30), LINEAR)] == [("warning", "zero")]
    assert found_in(np.zeros(5), LINEAR) == []


def test_a_schedule_that_ended_long_before_the_plan_is_a_warning_from_there_on() -> None:
    (found,) = found_in(2e-4 * np.clip(1 - T / 0.6, 0, None), replace(LINEAR, plan_done=0.8))
    assert (found.severity, found.case) == ("warning", "early")
    assert found.rows[0] == 60
    assert found_in(2e-4 * (1 - T), replace(LINEAR, done=1.0, plan_done=1.0)) == []


def test_a_rate_that_is_still_high_at_the_end_of_the_plan_is_a_notice() -> None:
    high = 2e-4 * (1 - T / 3)
    assert [each.case for each in found_in(high, replace(LINEAR, done=0.95, plan_done=0.95))] == ["high"]
    assert found_in(high, LINEAR) == []
    assert found_in(high, replace(LINEAR, done=0.95, plan_done=0.95, to_zero=False)) == []


def test_a_warm_up_that_never_came_is_a_notice() -> None:
    warm = Schedule(2e-4, warm_up=100, warm_up_share=0.1, done=0.5, plan_done=0.5)
    (found,) = found_in(np.full(100, 2e-4), warm)
    assert (found.case, found.value("warm_up")) == ("no_warm_up", 100)
    assert found_in(np.full(100, 2e-4), replace(warm, warm_up=5, warm_up_share=0.005)) == []


@pytest.mark.parametrize("rate", [np.full(100, 2e-4), np.zeros(100), 2e-4 * np.clip(1 - T / 0.6, 0, None)])
def test_nothing_is_said_where_no_configuration_says_what_the_rate_should_be(rate: Floats) -> None:
    assert found_in(rate, None) == []
    assert found_in(rate, Schedule()) == []


@pytest.mark.parametrize(("warm", "done"), [(0.0, 1.0), (0.1, 0.3), (0.1, 0.02)])
def test_a_schedule_that_is_followed_says_nothing(warm: float, done: float) -> None:
    t = T * done
    rate = 2e-4 * np.minimum(t / (warm or 1e-9), np.clip((1 - t) / (1 - warm), 0, 1))
    assert found_in(rate, replace(LINEAR, done=done, plan_done=done, warm_up=1000 * warm, warm_up_share=warm)) == []
