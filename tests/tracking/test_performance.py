"""The memory monitor's figures."""

from __future__ import annotations

import math
import pickle
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from trainmon.errors import UsageError
from trainmon.tracking.performance import PerformanceMonitor, get_available_memory


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


def test_monitor_alone_starts_no_thread_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(threading.enumerate())
    PerformanceMonitor().record_memory(available_mb=9500)
    assert (set(threading.enumerate()) - before, list(tmp_path.iterdir())) == (set(), [])


@pytest.mark.parametrize("wrong", [0, -1, math.nan, math.inf, "5", None])
def test_interval_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(UsageError, match=r"^interval must be a number"):
        PerformanceMonitor(interval=wrong)  # type: ignore[arg-type]


def test_monitor_can_sample_without_a_tracker(tmp_path: Path) -> None:
    monitor = PerformanceMonitor(interval=0.1)
    monitor.start(tmp_path)
    monitor.stop()
    monitor.stop()
    assert (tmp_path / "training_system.csv").exists()
    assert monitor.get_stats()["memory_readings_count"] >= 1
    assert pickle.loads(pickle.dumps(monitor)).get_stats() == {}  # noqa: S301 - our own
