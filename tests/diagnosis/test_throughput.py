"""How fast it goes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.diagnosis.curves import falling, inputs, of
from trainmon.diagnosis.throughput import find_slow_throughput, find_throughput_drop
from trainmon.stats.arrays import Floats


def steady(count: int = 200) -> Floats:
    return 200 * (1 + 0.02 * np.random.default_rng(0).standard_normal(count))


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


def test_few_samples_per_second_are_slow_and_steps_have_no_grade() -> None:
    assert [each.severity for each in find_slow_throughput(inputs(falling(), samples_per_second=of(steady() / 10)))] == ["info"]
    assert list(find_slow_throughput(inputs(falling(), pace=of(steady() / 10)))) == []
