"""Follows a training while it runs, as the app does, and says what is read of it in the end."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from trainmon.library import Library, open_run

Row = dict[str, str]


@dataclass
class Seen:
    """How many rows the library saw at each of its looks, those with news."""

    counts: list[int] = field(default_factory=list)


@contextmanager
def followed(root: Path) -> Iterator[Seen]:
    """Look at the runs below `root` every few milliseconds while the block trains."""
    seen, done = Seen(), threading.Event()

    def look() -> None:
        library = Library([root])
        while not done.wait(0.005):
            if library.refresh() and library.runs():
                seen.counts.append(library.runs()[0].rows.count)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def assert_followed(seen: Seen, directory: Path) -> None:
    """Check that rows were seen while more were to come, and none that is gone again."""
    partial = {count for count in seen.counts if 0 < count < len(logged(directory))}
    assert partial
    assert seen.counts == sorted(seen.counts)


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
