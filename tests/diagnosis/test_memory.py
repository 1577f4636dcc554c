"""Available memory."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import falling, inputs, of
from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.memory import find_memory
from trainmon.run import Floats


def found(memory: Floats | list[float]) -> list[Finding]:
    return list(find_memory(inputs(falling(len(memory)), memory=of(memory, "memory_mb"))))


def jitter(count: int = 200) -> Floats:
    return 20 * np.random.default_rng(0).standard_normal(count)


def test_memory_that_falls_is_a_leak_with_a_forecast_and_its_interval() -> None:
    (leak,) = found(np.linspace(10_000, 5_000, 200) + jitter())
    left, low, high = (leak.value(name) for name in ("exhausted_in", "exhausted_in_low", "exhausted_in_high"))
    assert leak.severity == "warning"
    assert low is not None
    assert high is not None
    assert left is not None
    assert low <= left <= high
    assert abs(left - 200) < 20


def test_a_cache_that_fills_and_comes_to_rest_is_no_leak() -> None:
    assert found(8_000 + 2_000 * np.exp(-np.arange(200) / 15) + jitter()) == []


def test_a_step_down_by_another_process_is_no_leak() -> None:
    assert found(np.where(np.arange(200) < 80, 9_000, 7_000) + jitter()) == []


def test_memory_below_one_gigabyte_is_low_and_far_below_an_error() -> None:
    assert [(each.kind, each.severity) for each in found(900 + jitter())] == [("low_memory", "warning")]
    assert ("low_memory", "error") in [(each.kind, each.severity) for each in found(150 + jitter() / 10)]


def test_one_low_reading_alone_is_not_low_memory() -> None:
    memory = 8_000 + jitter()
    memory[50] = 900
    assert [each.kind for each in found(memory)] == []


def test_memory_that_jumps_from_batch_to_batch_swings() -> None:
    assert [each.kind for each in found(8_000 - 3_000 * np.random.default_rng(1).random(200))] == ["memory_swings"]
