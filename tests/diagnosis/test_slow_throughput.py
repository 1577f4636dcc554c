"""The guide's grade of a speed."""

from __future__ import annotations

from tests.diagnosis.curves import falling, inputs, of, steady
from trainmon.diagnosis.slow_throughput import find_slow_throughput


def test_few_samples_per_second_are_slow_and_steps_have_no_grade() -> None:
    assert [each.severity for each in find_slow_throughput(inputs(falling(), samples_per_second=of(steady() / 10)))] == ["info"]
    assert list(find_slow_throughput(inputs(falling(), pace=of(steady() / 10)))) == []
