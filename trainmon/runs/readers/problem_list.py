"""What is wrong with one file: the first problems in full, and how many more there are."""

from __future__ import annotations

from trainmon import wording
from trainmon.runs.run import Problem

MAX_PROBLEMS = 100


class ProblemList:
    """Collects the problems of a file; of more than `most` only their number is kept, which `more` names."""

    def __init__(self, file_name: str, most: int = MAX_PROBLEMS, more: str = "more problems of this kind") -> None:
        self._file_name = file_name
        self._most, self._more = most, more
        self._first: list[Problem] = []
        self._others = 0

    def add(self, line: int | None, reason: str) -> None:
        """Remember something that was wrong, with its line where it has one."""
        if len(self._first) < self._most:
            self._first.append(Problem(self._file_name, line, reason))
        else:
            self._others += 1

    def all(self) -> list[Problem]:
        """Return the problems, and last how many more there are."""
        if not self._others:
            return list(self._first)
        return [*self._first, Problem(self._file_name, None, f"{wording.count(self._others)} {self._more}")]
