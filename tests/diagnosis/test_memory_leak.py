"""Available memory that falls."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import falling, in_memory, inputs, jitter, of, of_memory
from trainmon.stats.outlook import outlook


def test_memory_that_falls_is_a_leak_with_its_trend_and_where_it_ends() -> None:
    (leak,) = in_memory(of_memory(np.linspace(10_000, 5_000, 200) + jitter()))
    assert (leak.kind, leak.severity) == ("memory_leak", "warning")
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
    assert in_memory(inputs(falling(200), memory=of(memory, "memory_mb"))) == []


def test_memory_that_a_restart_gave_back_is_no_leak_of_the_newest_attempt() -> None:
    memory = np.concatenate([np.linspace(10_000, 3_000, 200), np.full(100, 10_000)]) + jitter(300)
    falls = outlook(np.arange(300.0), np.linspace(10_000, 3_000, 300), 1_024.0, None)
    assert "memory_leak" not in [each.kind for each in in_memory(of_memory(memory, falls, last_start=200))]


def test_a_cache_that_fills_and_comes_to_rest_is_no_leak() -> None:
    assert in_memory(of_memory(8_000 + 2_000 * np.exp(-np.arange(200) / 15) + jitter())) == []


def test_a_step_down_by_another_process_is_no_leak() -> None:
    assert in_memory(of_memory(np.where(np.arange(200) < 80, 9_000, 7_000) + jitter())) == []


def test_memory_that_has_just_begun_to_fall_is_a_notice_since_then() -> None:
    (leak,) = in_memory(of_memory(10_000 - 60 * np.maximum(np.arange(200) - 190, 0) + jitter()))
    assert (leak.kind, leak.severity, leak.case) == ("memory_leak", "notice", "begun")
    assert abs(leak.rows[0] - 191) <= 2


def test_a_late_fall_that_soon_reaches_the_limit_is_a_warning() -> None:
    memory = np.where(np.arange(200) < 184, 68_000, 68_000 - 3_100 * (np.arange(200) - 183.0)) + jitter()
    (leak,) = [each for each in in_memory(of_memory(memory)) if each.kind == "memory_leak"]
    assert (leak.severity, leak.case) == ("warning", "begun")


def test_a_late_fall_that_goes_on_for_long_is_a_warning() -> None:
    memory = 10_000 - 20 * np.maximum(np.arange(400) - 250, 0) + jitter(400)
    (leak,) = in_memory(of_memory(memory))
    assert (leak.severity, leak.case) == ("warning", "begun")
    assert abs(leak.rows[0] - 250) <= 5


def test_a_fall_that_slows_down_is_a_notice_at_most() -> None:
    memory = 7_000 + 3_000 * np.exp(-np.arange(200) / 100) + jitter()
    assert {each.severity for each in in_memory(of_memory(memory))} <= {"notice"}
