"""Memory, CPU and disk, by psutil."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import psutil

from trainmon.tracking.sampling.source import MB, Readings


class Machine:
    """The machine's available memory, swap in use, CPU, and free disk; the training's own memory and its children's."""

    name = "machine"
    missing: str | None = None

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        psutil.cpu_percent()  # the first call only begins to count

    def read(self, processes: Sequence[int]) -> Readings:
        """Return the readings of now."""
        own, *children = [_resident_mb(pid) for pid in processes]
        return {
            "available_mb": psutil.virtual_memory().available / MB,
            "process_mb": own,
            "children_mb": sum(size for size in children if size is not None),
            "swap_mb": psutil.swap_memory().used / MB,
            "cpu_percent": psutil.cpu_percent(),
            "disk_free_mb": self._disk_free_mb(),
        }

    def _disk_free_mb(self) -> float | None:
        with contextlib.suppress(OSError):  # someone removed the directory
            return float(psutil.disk_usage(str(self._directory)).free / MB)
        return None


def process_ids() -> list[int]:
    """Return the ids of this process and of all that descend from it."""
    own = psutil.Process()
    with contextlib.suppress(psutil.Error):
        return [own.pid, *(child.pid for child in own.children(recursive=True))]
    return [own.pid]


def _resident_mb(pid: int) -> float | None:
    with contextlib.suppress(psutil.Error):  # it ended a moment ago
        return float(psutil.Process(pid).memory_info().rss / MB)
    return None
