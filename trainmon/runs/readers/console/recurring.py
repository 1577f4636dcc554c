"""Tells rows from chance: a line that does not say where in a training it stands counts once its shape recurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Generic, TypeVar

TWICE = 2
MOST_WAITING = 50

Row = TypeVar("Row")
Kind = TypeVar("Kind", bound=Hashable)


class Recurring(Generic[Row, Kind]):
    """Lets rows through in their order; those of a shape that was seen once wait, until it recurs or others do."""

    def __init__(self) -> None:
        self._seen: Counter[Kind] = Counter()
        self._waiting: list[tuple[Row, Kind]] = []

    def take(self, row: Row, shape: Kind, sure: bool) -> list[Row]:
        """Take the next row, and return those that count from now on; a sure one drops what waits in vain."""
        if sure and not self._waiting:
            return [row]
        self._seen[shape] += 1
        if sure:
            passed = [waiting for waiting, its_shape in self._waiting if self._seen[its_shape] >= TWICE]
            self._waiting.clear()
            return [*passed, row]
        self._waiting.append((row, shape))
        passed = []
        while self._waiting:
            first, its_shape = self._waiting[0]
            if self._seen[its_shape] >= TWICE:
                passed.append(first)
            elif not self._in_vain():
                break
            del self._waiting[0]
        return passed

    def _in_vain(self) -> bool:
        """Return whether another shape has come twice since the first row that waits."""
        later = Counter(shape for _, shape in self._waiting[1:])
        return len(self._waiting) > MOST_WAITING or any(times >= TWICE for times in later.values())
