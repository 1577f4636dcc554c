"""A million steps: does the tracker's memory grow? And the save_json of a long run, beside the calls of a 1 kHz loop."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

import psutil

from benchmarks.log_call import PERIOD, percentile
from benchmarks.writers import VALUES
from trainmon import MetricsTracker

STEPS, WARM = 1_000_000, 50_000
SAVED_ROWS, PACED_CALLS, SAVE_EVERY = 200_000, 4_000, 500
MIB = 2**20


def growth_mib(tracker: MetricsTracker) -> float:
    """Return by how much the process's memory grows from the first rows to the last of a million."""
    process, before = psutil.Process(), 0
    for step in range(STEPS):
        tracker.log_step(0, step, **VALUES[step % 1000])
        if step == WARM:
            before = process.memory_info().rss
    return (process.memory_info().rss - before) / MIB


def paced(tracker: MetricsTracker, first: int, *, saves: bool) -> tuple[list[float], list[float]]:
    """Log at 1 kHz, with or without a save_json now and then; return the seconds of the calls of each."""
    logged: list[float] = []
    saved: list[float] = []
    due = time.perf_counter()
    for step in range(first, first + PACED_CALLS):
        due = max(due + PERIOD, time.perf_counter())
        time.sleep(max(0.0, due - time.perf_counter()))
        start = time.perf_counter()
        tracker.log_step(0, step, **VALUES[step % 1000])
        logged.append(time.perf_counter() - start)
        if saves and step % SAVE_EVERY == 0:
            start = time.perf_counter()
            tracker.save_json()
            saved.append(time.perf_counter() - start)
    return logged, saved


def main() -> None:
    """Print lines of the table."""
    with tempfile.TemporaryDirectory() as folder, MetricsTracker(Path(folder) / "long") as tracker:
        print(f"| memory after {STEPS:,} steps, more than after {WARM:,} | {growth_mib(tracker):.2f} MiB |", flush=True)
    with tempfile.TemporaryDirectory() as folder, MetricsTracker(Path(folder) / "saved") as tracker:
        for step in range(SAVED_ROWS):
            tracker.log_step(0, step, **VALUES[step % 1000])
        start = time.perf_counter()
        tracker.save_json()
        first = time.perf_counter() - start
        without: list[float] = []
        beside: list[float] = []
        saves: list[float] = []
        for block in range(4):  # turn by turn, so that what else the machine does hits both alike
            calls, saved = paced(tracker, SAVED_ROWS + block * PACED_CALLS, saves=block % 2 == 1)
            (beside if saved else without).extend(calls)
            saves += saved
    print(f"| save_json of {SAVED_ROWS:,} rows, and again with {SAVE_EVERY} new ones | {first:.2f} s, {median(saves):.2f} s |")
    ratio = percentile(beside, 0.99) / percentile(without, 0.99)
    print(f"| p99 of log_step at 1 kHz with save_json between, against without | {ratio:.2f}x |")


if __name__ == "__main__":
    main()
