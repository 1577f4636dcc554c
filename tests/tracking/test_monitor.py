"""A tracker and the monitor that samples beside it."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.tracking.directories import attempts, rows_of
from tests.waiting import wait_until
from trainmon.tracking.performance import PerformanceMonitor
from trainmon.tracking.tracker import MetricsTracker


def test_memory_comes_from_the_monitors_last_reading(place: Path) -> None:
    monitor = PerformanceMonitor()
    with MetricsTracker(place, monitor=monitor) as tracker:
        tracker.log_step(0, 1, 1.0)
        monitor.stop()  # no sample comes between
        monitor.record_memory(7000.5)
        tracker.log_step(0, 2, 1.0)
        tracker.log_step(0, 3, 1.0, memory_mb=8000)
        tracker.log_epoch(0, 1.0)
    first, last, given, epoch = [row["memory_mb"] for row in rows_of(place)]
    assert float(first) > 0
    assert (last, given, epoch) == ("7000.5", "8000", "7000.5")


def test_what_cannot_be_sampled_is_on_record_at_the_end_of_the_first_epoch(place: Path) -> None:
    monitor = PerformanceMonitor(interval=0.1)
    with MetricsTracker(place, monitor=monitor) as tracker:
        tracker.log_step(0, 1, 1.0)
        wait_until(lambda: "mlx" in monitor.not_available)
        tracker.log_epoch(0, 1.0)
        assert attempts(place)[0]["not_sampled"] == monitor.not_available


def samplers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "trainmon-sampler"}


def test_monitor_samples_from_the_first_row_to_the_end(place: Path) -> None:
    others = samplers()  # of trackers that other tests left open
    monitor = PerformanceMonitor(interval=0.1)
    tracker = MetricsTracker(place, monitor=monitor)
    assert not place.exists()
    tracker.log_step(0, 1, 1.0)
    wait_until(lambda: monitor.get_stats()["memory_readings_count"] > 3)
    tracker.save_summary(1, 1)
    samples = (place / "training_system.csv").read_text().splitlines()
    assert samplers() <= others
    assert samples[0] == "timestamp,available_mb,process_mb,children_mb,swap_mb,cpu_percent,disk_free_mb"
    assert len(samples) > 3
    assert attempts(place)[0]["not_sampled"].keys() >= {"torch", "mlx"}
    tracker.log_step(0, 2, 1.0)
    assert samplers() - others
    tracker.close()
