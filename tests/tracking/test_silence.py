"""Processes that log nothing: other ranks and copies of a tracker."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from tests.tracking.directories import child, ends, log, rows_of
from tests.waiting import PATIENCE
from trainmon.tracking.performance import PerformanceMonitor
from trainmon.tracking.tracker import MetricsTracker


@pytest.mark.parametrize("variable", ["RANK", "LOCAL_RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK"])
def test_other_ranks_log_nothing_and_say_so_once(
    place: Path, variable: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "3")
    with MetricsTracker(place, monitor=PerformanceMonitor()) as tracker:
        tracker.save_json()
        log(tracker, (0, 1, 1.0), (0, 2, 1.0))
        tracker.log_epoch(0, 1.0)
        tracker.save_summary(1, 1)
    assert not place.exists()
    why = f"nothing is logged, since this is rank 3 of a distributed training ({variable}=3), and rank 0 logs"
    assert [record.getMessage() for record in caplog.records] == [f"{place}: {why}"]


def test_training_of_its_own_in_a_launchers_process_logs(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLURM_PROCID", "3")
    monkeypatch.setenv("TRAINMON_RANK", "0")
    MetricsTracker(place).log_step(0, 1, 1.0)
    assert len(rows_of(place)) == 1


def test_spawned_child_gets_a_copy_that_reads_and_writes_nothing(place: Path) -> None:
    tracker = MetricsTracker(place, monitor=PerformanceMonitor())
    tracker.log_step(0, 1, 1.0)
    code = """
import pickle
tracker = pickle.loads(bytes.fromhex(sys.argv[1]))
tracker.log_step(0, 2, 1.0)
tracker.log_step(0, 3, 1.0)
print(tracker.get_current_status()["rows"])
tracker.close()
"""
    with child(code, pickle.dumps(tracker).hex()) as process:
        rows, warnings = process.communicate(timeout=PATIENCE)
    assert rows == "1\n"
    whose = f"this is a copy of a tracker of process {os.getpid()}; make one in the process that trains"
    assert warnings == f"{place}: nothing is logged, since {whose}\n"
    assert (len(rows_of(place)), ends(place)) == (1, [(0, None, False)])
    tracker.close()
