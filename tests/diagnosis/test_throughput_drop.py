"""A training that became slower."""

from __future__ import annotations

import numpy as np
import pytest

from tests.diagnosis.curves import falling, inputs, of, steady
from trainmon.diagnosis.throughput_drop import find_throughput_drop


@pytest.mark.parametrize("name", ["samples_per_second", "pace"])
def test_a_speed_that_falls_for_good_is_found_where_it_fell(name: str) -> None:
    speed = steady() * np.where(np.arange(200) < 120, 1, 0.6)
    (found,) = find_throughput_drop(inputs(falling(), **{name: of(speed, name)}))
    assert found.severity == "warning"
    assert abs(found.rows[0] - 120) <= 20


def test_pauses_for_evaluation_are_no_drop() -> None:
    speed = steady()
    speed[::10] *= 0.1
    assert list(find_throughput_drop(inputs(falling(), pace=of(speed, "pace")))) == []


def test_a_speed_halved_near_the_end_is_a_notice_at_once() -> None:
    speed = steady() * np.where(np.arange(200) < 190, 1, 0.5)
    (found,) = find_throughput_drop(inputs(falling(), samples_per_second=of(speed, "samples_per_second")))
    assert found.severity == "notice"
    assert found.rows[0] == 190


def test_epochs_sorted_by_length_are_a_notice_at_most() -> None:
    for stop in range(20, 400, 13):
        speed = steady(stop) * (1 - 0.4 * (np.arange(stop) / 100 % 1))
        found = list(find_throughput_drop(inputs(falling(stop), samples_per_second=of(speed, "samples_per_second"))))
        assert {each.severity for each in found} <= {"notice"}
