"""One log call with six values, back to back and at 1 kHz, beside a flushed csv.DictWriter row of the same columns.

`python -m benchmarks.log_call [PEER...]`; a peer that is not installed is left out, and `csv` names none. Each writer takes turns
with csv in one process, in short blocks, so that what else the machine does hits both alike: read the ratios.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.writers import PACKAGES, WRITERS, Writer, installed

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


def row(name: str, label: str, seconds: dict[str, list[float]]) -> str:
    """Return the table's row of one writer: median and 99th percentile, and their ratios to those of csv in the same turns."""
    floor, values = seconds["csv"], seconds[name]
    p50, p99 = median(values), percentile(values, 0.99)
    ratios = p50 / median(floor), p99 / percentile(floor, 0.99)
    return f"| {name}, {label} | {p50 * 1e6:.1f} us | {ratios[0]:.2f}x | {p99 * 1e6:.0f} us | {ratios[1]:.2f}x |"


def main(wanted: Sequence[str]) -> None:
    """Print the table; ours comes first, before a peer has loaded what it needs and started its threads."""
    peers = [name for name in wanted or WRITERS if name in PACKAGES and installed(name)]
    print("| one log call of six values | median | / csv | p99 | / csv |\n|---|---|---|---|---|")
    for name in ["trainmon", *peers]:
        for paced, label in ((False, "back to back"), (True, "at 1 kHz")):
            with tempfile.TemporaryDirectory() as folder:
                writers = {each: WRITERS[each](Path(folder) / each) for each in ("csv", name)}
                measured = measure(writers, paced=paced)
                for writer in writers.values():
                    writer.close()
            print(row(name, label, measured), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
