"""PerformanceMonitor: the memory, CPU and GPU of a training, as recorded by the loop or sampled beside it."""

from __future__ import annotations

import atexit
import contextlib
import math
import os
import threading
import weakref
from pathlib import Path

from trainmon.errors import UsageError
from trainmon.tracking.logged_values import as_number, wrong_value
from trainmon.tracking.sampling.sampler import Sampler

INTERVAL_SECONDS = 5.0
MIN_INTERVAL_SECONDS = 0.1

_monitors: weakref.WeakSet[PerformanceMonitor] = weakref.WeakSet()


class PerformanceMonitor:
    """Keeps the extremes and the mean of readings of available memory; its own memory does not grow with them.

    Given to a MetricsTracker it also samples by itself, every `interval` seconds from the first logged row to the end, into
    training_system.csv. `not_available` says what cannot be sampled here, and why.
    """

    def __init__(self, interval: float = INTERVAL_SECONDS) -> None:
        seconds = as_number("interval", interval)
        if seconds is None or not MIN_INTERVAL_SECONDS <= seconds < math.inf:
            raise wrong_value("interval", interval, f"a number of seconds, at least {MIN_INTERVAL_SECONDS}")
        self.interval = float(seconds)
        self._lock = threading.Lock()
        self._sampler: Sampler | None = None
        self._count = 0
        self._total = 0.0
        self._first = self._last = self._least = self._most = 0.0
        _monitors.add(self)

    @property
    def last_memory_mb(self) -> float | None:
        """The latest reading in MB, None before the first."""
        return self._last if self._count else None

    @property
    def not_available(self) -> dict[str, str]:
        """Why sources of samples are silent, by their name: "machine", "nvidia", "torch", "mlx", "disk", "sampler"."""
        return dict(self._sampler.missing) if self._sampler is not None else {}

    def start(self, output_dir: str | os.PathLike[str]) -> None:
        """Begin to sample into `output_dir`, which exists; a MetricsTracker calls this at its first row."""
        self.stop()
        with contextlib.suppress(ImportError):  # no psutil: the sampler says so, and the training goes on
            self.record_memory(get_available_memory())  # so that the first row has one
        self._sampler = Sampler(Path(output_dir), self.interval, self.record_memory)
        self._sampler.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Sample no more; readings and reasons stay."""
        if self._sampler is not None:
            self._sampler.stop()
            atexit.unregister(self.stop)

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

    def __getstate__(self) -> dict[str, object]:
        """Return what a copy in another process is made of: the interval, and no readings."""
        return {"interval": self.interval}

    def __setstate__(self, state: dict[str, float]) -> None:
        """Become a copy."""
        PerformanceMonitor.__init__(self, state["interval"])


def get_available_memory() -> float:
    """Return how much memory the machine can still give out, in MB (2**20 bytes)."""
    import psutil

    return float(psutil.virtual_memory().available) / 2**20


def _forget_parent() -> None:
    """In a forked child: the thread stayed with the parent, and the lock may be held for ever."""
    for monitor in list(_monitors):
        monitor._sampler = None
        monitor._lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)
