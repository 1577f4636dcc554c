"""Follows a training while it runs, as the app does, and says what is read of it in the end."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trainmon.runs.library import Library
from trainmon.runs.opening import open_run

Row = dict[str, str]


class Follower:
    """Looks at the runs below a root, and keeps how many rows it saw at each look with news."""

    def __init__(self, root: Path) -> None:
        self._library = Library([root])
        self.counts: list[int] = []

    def look(self, *_: object, **__: object) -> None:
        """Look; whatever a library passes to its hooks is not needed."""
        if self._library.refresh() and self._library.runs():
            self.counts.append(self._library.runs()[0].rows.count)

    def check(self, directory: Path) -> None:
        """Check that rows were seen while more were to come, and none that is gone again."""
        assert {count for count in self.counts if 0 < count < len(logged(directory))}
        assert self.counts == sorted(self.counts)


@contextmanager
def followed(root: Path) -> Iterator[Follower]:
    """Look again and again while the block waits for a training in another process."""
    follower, done = Follower(root), threading.Event()

    def look() -> None:
        while not done.wait(0.05):
            follower.look()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield follower
    finally:
        done.set()
        thread.join()


def logged(directory: Path, phase: str | None = None) -> list[Row]:
    """Return the rows of a run's CSV, those of one phase."""
    with (directory / "training_metrics.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if phase in (None, row["phase"])]


def column(directory: Path, name: str, phase: str | None = None) -> list[float]:
    """Return the numbers of a column that were logged."""
    return [float(row[name]) for row in logged(directory, phase) if row[name]]


def attempts(directory: Path) -> list[tuple[int, bool, str | None]]:
    """Return of each attempt its chain, whether it resumed, and how it ended."""
    return [(a.chain, a.resumed, a.record.end if a.record else None) for a in open_run(directory).attempts]
