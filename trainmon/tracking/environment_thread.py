"""Describes the machine beside the training: asking git and the packages takes longer than a thousand rows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

ENVIRONMENT_SECONDS = 2.0  # seconds that an end waits for the description


class EnvironmentThread:
    """Collects the environment once; when it is `found`, `tell` is called with `lock` held."""

    def __init__(self, lock: threading.RLock, tell: Callable[[], None]) -> None:
        self.found: dict[str, Any] | None = None
        self._lock = lock
        self._tell = tell
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to collect, where that has not begun."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._collect, name="trainmon-environment", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Wait a little until all is known; the caller does not hold the lock, which that takes."""
        if self._thread is not None:
            self._thread.join(ENVIRONMENT_SECONDS)

    def _collect(self) -> None:
        from trainmon.tracking.environment import collect_environment

        environment = collect_environment()
        with self._lock:
            self.found = environment
            self._tell()
