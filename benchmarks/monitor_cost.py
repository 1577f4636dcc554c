"""What PerformanceMonitor costs at its default interval, in CPU of one core: `python -m benchmarks.monitor_cost [SECONDS]`."""

from __future__ import annotations

import sys
import tempfile
import time

from trainmon import PerformanceMonitor

SECONDS = 60.0


def share_of_a_core(seconds: float) -> float:
    """Return the CPU time that this process takes while it only samples, after the first sample, which loads psutil."""
    monitor = PerformanceMonitor()
    with tempfile.TemporaryDirectory() as folder:
        monitor.start(folder)
        time.sleep(monitor.interval / 2)
        before = time.process_time()
        time.sleep(seconds)
        used = time.process_time() - before
        monitor.stop()
    return used / seconds


def main(seconds: float) -> None:
    """Print a line of the table."""
    print(f"| PerformanceMonitor at its default interval | {100 * share_of_a_core(seconds):.2f} % of one core |")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
