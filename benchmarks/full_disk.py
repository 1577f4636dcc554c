"""A disk that fills up and is emptied again: `python -m benchmarks.full_disk` as root on Linux, which mounts a small tmpfs.

The loop must go on without an exception, what is there must be whole, and the rows that waited must come first.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from trainmon import MetricsTracker, open_run

SIZE = "768k"
BALLAST_BYTES = 512 << 10
WAIT = 3000  # rows that are logged to the full disk


@contextmanager
def small_disk(size: str = SIZE) -> Iterator[Path]:
    """Mount an empty tmpfs for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def trial(disk: Path) -> tuple[int, float]:
    """Fill the disk, log on, make room, log on; return how many rows waited, and the longest call in seconds."""
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(BALLAST_BYTES))
    slowest = 0.0
    with MetricsTracker(disk / "run") as tracker:
        step = 0
        while tracker.get_current_status()["rows_not_written"] < WAIT:
            slowest = max(slowest, _log(tracker, step))
            step += 1
        waited = tracker.get_current_status()["rows_not_written"]
        full = open_run(disk / "run")
        ballast.write_bytes(b"")
        ballast.unlink()
        sleep(1.1)
        for later in range(step, step + 10):
            _log(tracker, later)
        assert tracker.get_current_status()["rows_not_written"] == 0, tracker.get_current_status()
    run = open_run(disk / "run")
    assert not full.problems, full.problems
    assert not run.problems, run.problems
    assert run.rows.values("step").tolist() == list(range(step + 10))
    assert run.attempts[-1].record is not None
    assert run.attempts[-1].record.rows_not_written == 0
    return waited, slowest


def _log(tracker: MetricsTracker, step: int) -> float:
    start = perf_counter()
    tracker.log_step(0, step, 1.0)
    return perf_counter() - start


def main() -> None:
    """Print a line of the table."""
    if sys.platform != "linux":
        print("| full disk | not run: this needs Linux and root |")
        return
    with small_disk() as disk:
        waited, slowest = trial(disk)
    print(
        f"| full disk: {waited:,} rows waited, then room again | no exception, 0 rows lost, slowest call {slowest * 1e3:.1f} ms |"
    )


if __name__ == "__main__":
    main()
