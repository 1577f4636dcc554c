"""PerformanceMonitor: the available memory of the machine, as it was recorded."""

from __future__ import annotations

import math
import threading

from trainmon.errors import UsageError
from trainmon.tracking.logged_values import as_number


class PerformanceMonitor:
    """Keeps the extremes and the mean of recorded memory readings; its own memory does not grow with them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._total = 0.0
        self._first = self._last = self._least = self._most = 0.0

    @property
    def last_memory_mb(self) -> float | None:
        """The latest reading in MB, None before the first."""
        return self._last if self._count else None

    @property
    def not_available(self) -> dict[str, str]:
        return {}

    def start(self, output_dir: object) -> None: ...
    def stop(self) -> None: ...

    def record_memory(self, available_mb: float) -> None:
        """Take a reading of available memory in MB; raise UsageError where it is no finite number."""
        number = as_number("available_mb", available_mb)
        if number is None or not math.isfinite(number):
            raise UsageError(f"available_mb must be a finite number of MB; got {available_mb!r}")
        reading = float(number)
        with self._lock:
            if not self._count:
                self._first = self._least = self._most = reading
            self._last = reading
            self._least, self._most = min(self._least, reading), max(self._most, reading)
            self._total += reading
            self._count += 1

    def get_stats(self) -> dict[str, float]:
        """Return min, max, avg, first and latest `_memory_mb`, and `memory_readings_count`; empty before the first reading."""
        with self._lock:
            if not self._count:
                return {}
            return {
                "min_memory_mb": self._least,
                "max_memory_mb": self._most,
                "avg_memory_mb": self._total / self._count,
                "first_memory_mb": self._first,
                "latest_memory_mb": self._last,
                "memory_readings_count": self._count,
            }


def get_available_memory() -> float:
    """Return how much memory the machine can still give out, in MB (2**20 bytes)."""
    import psutil

    return float(psutil.virtual_memory().available) / 2**20
