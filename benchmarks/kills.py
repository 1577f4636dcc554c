"""SIGKILL at any moment: is every row whose call had returned in the file, whole? `python -m benchmarks.kills [TRIALS]`.

Each trial is a process that logs flat out and gives the header a new column now and then, killed at a random moment. The next
trial resumes in the same directory, as a training would.
"""

from __future__ import annotations

import mmap
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from trainmon.runs.opening import open_run

TRIALS = 200
TRIALS_A_DIRECTORY = 10
LONGEST_SECONDS = 0.5
SEED = 4
CHILD = """
import mmap, struct, sys
from trainmon import MetricsTracker
tracker = MetricsTracker(sys.argv[1])
first = int(sys.argv[3])
with open(sys.argv[2], "r+b") as file:
    returned = mmap.mmap(file.fileno(), 8)
for step in range(first, 10**9):
    tracker.log_step(0, step, 1 / (step + 1), **{f"late_{step // 300 % 100}": step})
    returned[:] = struct.pack("q", step)  # in the page cache, which outlives the process
"""


class LostRowError(AssertionError):
    """A row whose call had returned is not there, or what is there is not whole."""


def trial(directory: Path, first: int, seconds: float) -> int:
    """Log from step `first` on, kill the process after `seconds`, and return the step after the last one that is there."""
    counter = directory.parent / "returned"
    counter.write_bytes(struct.pack("q", first - 1))
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(directory), str(counter), str(first)])
    with counter.open("r+b") as file, mmap.mmap(file.fileno(), 8) as returned:
        while struct.unpack("q", returned[:])[0] < first and child.poll() is None:
            time.sleep(0.001)
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        child.wait()
        last = struct.unpack("q", returned[:])[0]
    return _rows_are_whole(directory, last)


def _rows_are_whole(directory: Path, last: int) -> int:
    run = open_run(directory)
    steps = run.rows.values("step")
    problems = [problem for problem in run.problems if "unfinished" not in problem.reason]
    if problems or not np.array_equal(steps, np.arange(len(steps))):
        raise LostRowError(f"{directory}: {problems[:3]}, {len(steps)} rows")
    if len(steps) <= last:
        raise LostRowError(f"{directory}: the call of step {last} had returned, and there are {len(steps)} rows")
    return len(steps)


def trials(count: int, root: Path, seed: int = SEED) -> int:
    """Run `count` trials and return how many rows were logged; raises LostRowError."""
    moments, rows, first = random.Random(seed), 0, 0
    for number in range(count):
        first = 0 if number % TRIALS_A_DIRECTORY == 0 else first
        directory = root / f"{number // TRIALS_A_DIRECTORY}" / "run"
        directory.parent.mkdir(exist_ok=True)
        before, first = first, trial(directory, first, moments.uniform(0, LONGEST_SECONDS))
        rows += first - before
    return rows


def main(count: int) -> None:
    """Print a line of the table."""
    with tempfile.TemporaryDirectory() as root:
        rows = trials(count, Path(root))
    print(f"| {count} random SIGKILLs while {rows:,} rows were logged | 0 rows lost, 0 torn, 0 doubled |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS)
