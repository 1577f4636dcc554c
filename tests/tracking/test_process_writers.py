"""Several trackers of one process, its forks, and its end."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.tracking.directories import attempts, child, ends, posix_only, rows_of
from tests.waiting import PATIENCE, wait_until
from trainmon.errors import BusyDirectoryError
from trainmon.tracking.performance import PerformanceMonitor
from trainmon.tracking.tracker import MetricsTracker


def test_second_tracker_of_the_process_closes_the_first(place: Path) -> None:
    first, second = MetricsTracker(place), MetricsTracker(place)
    first.log_step(0, 1, 3.0)
    second.log_step(0, 1, 2.0)
    assert ends(place) == [(0, "interrupted", False), (1, None, False)]
    with pytest.raises(BusyDirectoryError, match="this tracker gave way to a newer one of the same process in "):
        first.log_step(0, 2, 3.0)
    first.close()
    assert ends(place) == [(0, "interrupted", False), (1, None, False)]


@posix_only
def test_forked_child_writes_nothing(place: Path) -> None:
    monitor = PerformanceMonitor(interval=0.1)
    tracker = MetricsTracker(place, monitor=monitor)
    tracker.log_step(0, 1, 1.0)
    tracker._writer.environment.wait()
    wait_until(lambda: monitor.get_stats()["memory_readings_count"] > 1)
    tracker._writer.lock.acquire()  # as a thread of the parent may hold it at the fork
    child_process = os.fork()
    if child_process == 0:
        try:
            tracker.log_step(0, 2, 1.0)
            tracker.save_json()
            monitor.record_memory(1.0)
            assert tracker.get_current_status()["rows"] == 1
            tracker.close("failed")
        except BaseException:
            os._exit(1)
        os._exit(0)
    tracker._writer.lock.release()
    assert os.waitpid(child_process, 0)[1] == 0
    assert len(rows_of(place)) == 1
    assert ends(place) == [(0, None, False)]
    assert not (place / "training_metrics.json").exists()
    tracker.close()


@pytest.mark.parametrize(
    ("last_words", "end", "reason"),
    [
        ("", "finished", "the process ended without close()"),
        ("raise ValueError('bad batch')", "failed", "ValueError: bad batch"),
        ("raise KeyboardInterrupt", "interrupted", "KeyboardInterrupt"),
    ],
)
def test_process_that_ends_without_close_records_what_ended_it(place: Path, last_words: str, end: str, reason: str) -> None:
    with child(f"MetricsTracker(sys.argv[1]).log_step(0, 1, 1.0)\n{last_words}", str(place)) as process:
        process.communicate(timeout=PATIENCE)
    entry = attempts(place)[0]
    assert (entry["end"], entry["reason"]) == (end, reason)
    assert entry["ended"] >= entry["started"]
    assert entry["environment"]["python"] == sys.version.split()[0]
