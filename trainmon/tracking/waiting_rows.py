"""Rows that a disk did not take wait in memory and are written first when there is room again."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping

from trainmon.tracking.logged_values import Cell
from trainmon.tracking.row_file import RowFile

MAX_WAITING = 10_000
RETRY_SECONDS = 1.0  # a full disk is asked once a second, not once a row


class WaitingRows:
    """Stands before a RowFile: `append` never raises OSError; `complain` hears of each trouble."""

    def __init__(self, file: RowFile, complain: Callable[[OSError], None]) -> None:
        self._file = file
        self._complain = complain
        self._waiting: deque[Mapping[str, Cell]] = deque()
        self._dropped = 0
        self._retry_at = 0.0

    @property
    def not_written(self) -> int:
        """How many rows are not in the file: those that wait, and those for which there was no room in memory either."""
        return self._dropped + len(self._waiting) + self._file.rows_astray

    def append(self, cells: Mapping[str, Cell]) -> None:
        """Write a row after those that wait, or let it wait with them."""
        if not self._waiting:
            try:
                self._file.append(cells)
                return
            except OSError as error:
                self._fail(error)
        if len(self._waiting) < MAX_WAITING:
            self._waiting.append(cells)
        else:
            self._dropped += 1
        if time.monotonic() >= self._retry_at:
            self.flush()

    def flush(self) -> None:
        """Write what waits, as far as the disk takes it."""
        try:
            while self._waiting:
                self._file.append(self._waiting[0])
                self._waiting.popleft()
        except OSError as error:
            self._fail(error)

    def forget(self) -> None:
        """Let go of what waits: its attempt is over, and it was counted."""
        self._waiting.clear()
        self._dropped = 0

    def _fail(self, error: OSError) -> None:
        self._file.close()
        self._retry_at = time.monotonic() + RETRY_SECONDS
        self._complain(error)
