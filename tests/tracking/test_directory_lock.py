"""One writing process a directory, whatever becomes of it."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from tests.tracking.directories import child, log, posix_only, rows_of
from tests.waiting import PATIENCE
from trainmon.errors import BusyDirectoryError
from trainmon.tracking.tracker import MetricsTracker


@posix_only
def test_second_process_is_refused_until_the_first_is_gone(place: Path) -> None:
    code = "t = MetricsTracker(sys.argv[1]); t.log_step(0, 1, 1.0); print(1, flush=True); time.sleep(600)"
    with child(code, str(place)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        tracker = MetricsTracker(place)
        with pytest.raises(BusyDirectoryError, match=rf"is being written by process {process.pid} on .* since "):
            tracker.log_step(0, 1, 1.0)
        process.kill()
        process.wait(PATIENCE)
        tracker.log_step(0, 1, 2.0)
    assert [row["loss"] for row in rows_of(place)] == ["1.0", "2.0"]


@posix_only
def test_processes_that_start_together_are_told_apart(place: Path) -> None:
    code = """
sys.stdin.readline()
try:
    MetricsTracker(sys.argv[1]).log_step(0, 1, 1.0)
    print("logged", flush=True)
    time.sleep(600)
except Exception as error:
    print(type(error).__name__, flush=True)
"""
    processes = [child(code, str(place)) for _ in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.stdout.readline().strip() for process in processes if process.stdout is not None]
    for process in processes:
        process.kill()
        process.communicate(timeout=PATIENCE)
    assert sorted(said) == ["BusyDirectoryError"] * 3 + ["logged"]
    assert len(rows_of(place)) == 1


@posix_only
def test_worker_that_outlives_a_killed_training_does_not_hold_its_directory(place: Path) -> None:
    code = """
import os
t = MetricsTracker(sys.argv[1])
t.log_step(0, 1, 1.0)
worker = os.fork()
if not worker:
    time.sleep(600)
print(worker, flush=True)
time.sleep(600)
"""
    with child(code, str(place)) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        process.kill()
        process.wait(PATIENCE)
        try:
            MetricsTracker(place).log_step(0, 1, 2.0)
        finally:
            os.kill(worker, signal.SIGKILL)
    assert [row["loss"] for row in rows_of(place)] == ["1.0", "2.0"]


@posix_only
def test_disk_without_locks_is_said_and_goes_on(
    place: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*arguments: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.lockf", no_locks)
    with MetricsTracker(place) as tracker:
        log(tracker, (0, 1, 1.0), (0, 2, 1.0))
    assert len(rows_of(place)) == 2
    noticed = "a second process that logs here will not be noticed"
    assert [record.getMessage() for record in caplog.records] == [f"{place}: no lock (No locks available); {noticed}"]
