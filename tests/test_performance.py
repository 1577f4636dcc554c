"""The memory monitor's figures."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from trainmon.errors import UsageError
from trainmon.performance import PerformanceMonitor, get_available_memory


def test_stats_are_empty_before_the_first_reading() -> None:
    monitor = PerformanceMonitor()
    assert monitor.get_stats() == {}
    assert monitor.last_memory_mb is None


def test_stats_sum_up_every_reading() -> None:
    monitor = PerformanceMonitor()
    for reading in (9500, 8000.0, Decimal(9000)):
        monitor.record_memory(available_mb=reading)  # type: ignore[arg-type]
    assert monitor.get_stats() == {
        "min_memory_mb": 8000.0,
        "max_memory_mb": 9500.0,
        "avg_memory_mb": 26500 / 3,
        "first_memory_mb": 9500.0,
        "latest_memory_mb": 9000.0,
        "memory_readings_count": 3,
    }
    assert monitor.last_memory_mb == 9000.0


@pytest.mark.parametrize("wrong", [None, math.nan, math.inf, "9500", True])
def test_reading_that_is_no_finite_number_is_refused(wrong: object) -> None:
    with pytest.raises(UsageError, match="^available_mb must be a"):
        PerformanceMonitor().record_memory(wrong)  # type: ignore[arg-type]


def test_available_memory_is_a_plausible_number_of_megabytes() -> None:
    assert 1 < get_available_memory() < 100_000_000
