"""What it costs to begin: the import and a first row, against `import csv`; and a first row after a million that are there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from time import perf_counter

import psutil

from benchmarks.writers import VALUES
from trainmon import MetricsTracker

ROUNDS = 15
EXISTING_ROWS = 1_000_000
FLOOR = "import csv"
FIRST_ROW = "from trainmon import MetricsTracker; MetricsTracker(sys.argv[1]).log_step(0, 1, 1.0)"
HARNESS = """
import sys, time
_began = time.perf_counter()
{code}
print(time.perf_counter() - _began, flush=True)
sys.stdin.readline()
"""


def cost(code: str, bytecode: str) -> tuple[float, float]:
    """Return the seconds that a new process needs for `code`, and its memory in MiB once it has settled.

    `bytecode` is the folder in which compiled modules are kept, as an installed package has them.
    """
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", HARNESS.format(code=code), str(Path(folder) / "run")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as child:
            assert child.stdout is not None
            seconds = float(child.stdout.readline())
            time.sleep(0.3)  # the tracker describes the machine beside the loop
            mib = psutil.Process(child.pid).memory_info().rss / 2**20
            child.communicate("\n")
    return seconds, mib


def first_row_after(directory: Path, rows: int) -> tuple[float, float]:
    """Return the seconds of the first log call in a directory with `rows` rows: after a recorded end, and after a kill."""
    with MetricsTracker(directory) as tracker:
        for step in range(rows):
            tracker.log_step(0, step, **VALUES[step % 1000])
    times = []
    for kill in (False, True):
        if kill:
            _forget_the_end(directory / "training_run.json")
        tracker = MetricsTracker(directory)
        start = perf_counter()
        tracker.log_step(0, rows + 1 + kill, 1.0)
        times.append(perf_counter() - start)
        tracker.close()
    return times[0], times[1]


def _forget_the_end(record: Path) -> None:
    """Make the record what a kill leaves behind."""
    document = json.loads(record.read_bytes())
    for attempt in document["attempts"]:
        attempt.update(end=None, ended=None, pid=os.getpid())
        attempt.pop("reached", None)
    record.write_text(json.dumps(document))


def main() -> None:
    """Print lines of the table."""
    with tempfile.TemporaryDirectory() as bytecode:
        _, *pairs = [(cost(FLOOR, bytecode), cost(FIRST_ROW, bytecode)) for _ in range(1 + ROUNDS)]  # the first one compiles
    floor, ours = (median(pair[which][0] for pair in pairs) for which in (0, 1))
    mib = median(ours[1] - floor[1] for floor, ours in pairs)
    print(
        f"| import and first row, more than `import csv` ({1e3 * floor:.0f} ms) | {1e3 * (ours - floor):.0f} ms, {mib:.1f} MiB |"
    )
    with tempfile.TemporaryDirectory() as folder:
        ended, killed = first_row_after(Path(folder), EXISTING_ROWS)
    print(f"| first row after {EXISTING_ROWS:,} rows that are there | {1e3 * ended:.0f} ms; after a kill {killed:.1f} s |")


if __name__ == "__main__":
    main()
