"""What a tracker asks of a PerformanceMonitor."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Monitor(Protocol):
    """Samples beside a training, and keeps the last reading."""

    @property
    def last_memory_mb(self) -> float | None:
        """The latest reading of available memory in MB."""

    @property
    def not_available(self) -> dict[str, str]:
        """What cannot be sampled here, and why."""

    def start(self, output_dir: Path) -> None:
        """Begin to sample."""

    def stop(self) -> None:
        """Sample no more."""
