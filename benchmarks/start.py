"""What it costs to begin: the import and a first row, against `import csv`; and a first row after a million that are there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

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
_took = time.perf_counter() - _began
import os, resource
print(_took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10), flush=True)
os._exit(0)
"""


def cost(code: str) -> tuple[float, float]:
    """Return the seconds that a new process needs for `code`, and its peak memory in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", HARNESS.format(code=code), str(Path(folder) / "run")]
        seconds, mib = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(mib)


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
    pairs = [(cost(FLOOR), cost(FIRST_ROW)) for _ in range(ROUNDS)]
    milliseconds = 1e3 * median(ours[0] - floor[0] for floor, ours in pairs)
    mib = median(ours[1] - floor[1] for floor, ours in pairs)
    print(f"| import and first row, more than `import csv` | {milliseconds:.0f} ms, {mib:.1f} MiB |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        ended, killed = first_row_after(Path(folder), EXISTING_ROWS)
    print(f"| first row after {EXISTING_ROWS:,} rows that are there | {ended:.2f} s; after a kill {killed:.1f} s |")


if __name__ == "__main__":
    main()
