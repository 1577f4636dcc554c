"""A file that is followed: what keeps it from being read is a problem, and no exception."""

from __future__ import annotations

from typing import Protocol

from trainmon.runs.run import Problem


class Refreshable(Protocol):
    """Reads what is new in a file."""

    def refresh(self) -> bool:
        """Read what is new and say whether anything was; raises OSError where the file cannot be read."""


class Followed:
    """Refreshes a file, which problems call `name`."""

    def __init__(self, name: str, file: Refreshable) -> None:
        self._name = name
        self._file = file
        self._unreadable: Problem | None = None

    def refresh(self) -> bool:
        """Read what is new and say whether anything was, or whether it can be read no more, or again."""
        before = self._unreadable
        try:
            grew = self._file.refresh()
            self._unreadable = None
        except OSError as error:
            grew, self._unreadable = False, Problem(self._name, None, f"cannot be read: {error.strerror}")
        return grew or self._unreadable != before

    def problems(self) -> list[Problem]:
        """Return why the file cannot be read, where it cannot."""
        return [self._unreadable] if self._unreadable else []
