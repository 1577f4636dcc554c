"""The disk's trouble is not the training's: it is said once, and the loop goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trainmon.tracking import notices


class DiskTrouble:
    """What went wrong with the files of one directory; `said` once anything did."""

    def __init__(self, directory: Path) -> None:
        self.said = False
        self._directory = directory

    @contextmanager
    def caught(self, file_name: str) -> Iterator[None]:
        """Let no OSError out of a block that reads or writes a file."""
        try:
            yield
        except OSError as error:
            self.say(file_name, error)

    def say(self, file_name: str, error: OSError) -> None:
        """Say what happened to a file, the first time."""
        if not self.said:
            self.said = True
            notices.warn(
                "%s could not be written (%s); the training goes on, and what is not written is counted",
                self._directory / file_name, error.strerror or error,
            )  # fmt: skip
