"""One log call with six values, back to back and at 1 kHz, beside a flushed csv.DictWriter row of the same columns.

`python -m benchmarks.log_call [PEER...]`; a peer that is not installed is left out. All writers take turns in one process, in
short blocks, so that what else the machine does hits all of them alike: read the ratios.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.writers import WRITERS, Writer, installed

BLOCKS, CALLS = 60, 300  # back to back
PACED_BLOCKS, PACED_CALLS = 20, 100  # one call a millisecond
PERIOD = 0.001


def measure(writers: dict[str, Writer], *, paced: bool) -> dict[str, list[float]]:
    """Return the seconds of every call of each writer."""
    seconds: dict[str, list[float]] = {name: [] for name in writers}
    steps = dict.fromkeys(writers, 0)
    for block in range(PACED_BLOCKS if paced else BLOCKS):
        names = list(writers) if block % 2 else list(reversed(writers))
        for name in names:
            calls = PACED_CALLS if paced else CALLS
            seconds[name] += _block(writers[name].log, steps[name], calls, PERIOD if paced else 0.0)
            steps[name] += calls
    return seconds


def _block(log: Callable[[int], None], first: int, calls: int, period: float) -> list[float]:
    clock, taken = time.perf_counter, []
    due = clock()
    for step in range(first, first + calls):
        if period:
            due += period
            while (left := due - clock()) > 0:
                time.sleep(left)
        start = clock()
        log(step)
        taken.append(clock() - start)
    return taken


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of them lie."""
    return sorted(values)[int(share * (len(values) - 1))]


def rows(seconds: dict[str, list[float]], label: str) -> list[str]:
    """Return a table row for each writer: medians and 99th percentiles, and their ratios to the first writer's."""
    floor = next(iter(seconds.values()))
    lines = []
    for name, values in seconds.items():
        p50, p99 = median(values), percentile(values, 0.99)
        ratios = f"{p50 / median(floor):.2f}x | {p99 * 1e6:.0f} us | {p99 / percentile(floor, 0.99):.2f}x"
        lines.append(f"| {name}, {label} | {p50 * 1e6:.1f} us | {ratios} |")
    return lines


def main(wanted: Sequence[str]) -> None:
    """Print the table."""
    names = ["csv", "trainmon", *(name for name in wanted or WRITERS if name not in ("csv", "trainmon") and installed(name))]
    print("| one log call of six values | median | / csv | p99 | / csv |\n|---|---|---|---|---|")
    for paced, label in ((False, "back to back"), (True, "at 1 kHz")):
        with tempfile.TemporaryDirectory() as folder:
            writers = {name: WRITERS[name](Path(folder) / name) for name in names}
            measured = measure(writers, paced=paced)
            for writer in writers.values():
                writer.close()
        print("\n".join(rows(measured, label)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
