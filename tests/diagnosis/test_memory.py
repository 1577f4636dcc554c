"""Available memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.diagnosis.curves import falling, inputs, of
from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.memory import find_memory
from trainmon.stats.arrays import Floats
from trainmon.stats.outlook import outlook


def found(memory: Floats | list[float]) -> list[Finding]:
    ahead = outlook(np.arange(float(len(memory))), np.asarray(memory, dtype=np.float64), 1_024.0, None)
    return list(find_memory(replace(inputs(falling(len(memory)), memory=of(memory, "memory_mb")), memory_outlook=ahead)))


def jitter(count: int = 200) -> Floats:
    return 20 * np.random.default_rng(0).standard_normal(count)


def test_memory_that_falls_is_a_leak_with_its_trend_and_where_it_ends() -> None:
    (leak,) = found(np.linspace(10_000, 5_000, 200) + jitter())
    assert leak.severity == "warning"
    slope, steep, gentle = (leak.value(f"trend{end}") for end in ("", "_low", "_high"))
    assert slope is not None
    assert steep is not None
    assert gentle is not None
    assert steep <= slope <= gentle < 0
    at, low, high = (leak.value(f"limit_at{end}") for end in ("", "_low", "_high"))
    assert at is not None
    assert low is not None
    assert high is not None
    assert low <= at <= high
    assert abs(at - 358) < 10


def test_no_leak_is_found_where_the_trend_shows_none() -> None:
    memory = np.linspace(10_000, 5_000, 200) + jitter()
    assert list(find_memory(inputs(falling(200), memory=of(memory, "memory_mb")))) == []


def test_memory_that_a_restart_gave_back_is_no_leak_of_the_newest_attempt() -> None:
    memory = np.concatenate([np.linspace(10_000, 3_000, 200), np.full(100, 10_000)]) + jitter(300)
    falls = outlook(np.arange(300.0), np.linspace(10_000, 3_000, 300), 1_024.0, None)
    known = replace(inputs(falling(300), memory=of(memory, "memory_mb")), memory_outlook=falls, last_start=200)
    assert "memory_leak" not in [each.kind for each in find_memory(known)]


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
