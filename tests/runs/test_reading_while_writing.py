"""A directory that is read while the fastest loop writes it and gives its header new columns."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks import full_disk, kills
from tests.repository import REPOSITORY
from trainmon.runs.library import Library

FAST_LOOP = """
import sys
from trainmon.tracking.tracker import MetricsTracker
with MetricsTracker(sys.argv[1]) as tracker:
    for step in range(int(sys.argv[2])):
        tracker.log_step(0, step, 1 / (step + 1), **{f"late_{step // 250}": step})
        if step % 2_000 == 1_000:
            sys.stdin.readline()  # until this row was seen: a slow machine would look when all is over
    tracker.save_json()
"""


def test_every_look_shows_whole_rows_once_each(tmp_path: Path) -> None:
    steps = 10_000
    library, seen, pauses = Library([tmp_path]), 0, [1_000, 3_000, 5_000, 7_000, 9_000]
    command = [sys.executable, "-W", "error", "-c", FAST_LOOP, str(tmp_path / "run"), str(steps)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE) as loop:
        assert loop.stdin is not None
        while seen < steps:
            running = loop.poll() is None
            library.refresh()
            for run in library.runs():
                logged = run.rows.values("step")
                assert np.array_equal(logged, np.arange(len(logged)))
                assert np.array_equal(run.rows.values("train_loss"), 1 / (logged + 1))
                assert [problem for problem in run.problems if "unfinished" not in problem.reason] == []
                assert len(logged) >= seen
                seen = len(logged)
            assert running or seen == steps
            if pauses and seen > pauses[0]:
                del pauses[0]
                loop.stdin.write(b"\n")
                loop.stdin.flush()
    assert not pauses
    late = library.runs()[0].rows.columns["late_39"]
    assert np.array_equal(np.flatnonzero(late.logged), np.arange(9750, 10_000))


def test_killed_loops_lose_no_row(tmp_path: Path) -> None:
    assert kills.trials(3, tmp_path, seed=int(time.time())) > 0


@pytest.mark.slow
def test_two_hundred_killed_loops_lose_no_row(tmp_path: Path) -> None:
    assert kills.trials(kills.TRIALS, tmp_path) > 0


@pytest.mark.slow
def test_full_disk_goes_on_and_writes_what_waited_once_there_is_room() -> None:
    try:
        with full_disk.small_disk() as disk:
            waited, slowest_seconds = full_disk.trial(disk)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting a small disk needs Linux and root")
    assert waited == full_disk.WAIT
    assert slowest_seconds < 5
