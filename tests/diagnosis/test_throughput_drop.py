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
