"""Follows a training while it runs, as the app does, and says what is read of it in the end."""

from __future__ import annotations

import csv
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import numpy as np

from trainmon.analysis import Analysis, analyse
from trainmon.runs.library import Library
from trainmon.runs.opening import open_run
from trainmon.runs.run import Run

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


class Onlooker:
    """Looks at the one run below a root while another tool writes its log, and keeps what each look with news showed."""

    def __init__(self, root: Path) -> None:
        self._library = Library([root])
        self._library.refresh()
        self.seen: list[Analysis] = []

    def look(self, *_: object, **__: object) -> None:
        """Look; whatever a library passes to its hooks is not needed."""
        if self._library.refresh() and (runs := self._library.runs()):
            (run,) = runs
            self.seen.append(analyse(run, now=time.time(), which="newest"))

    @property
    def states(self) -> list[str]:
        """The states that the run went through."""
        return [state for state, _ in groupby(analysis.run_state.word for analysis in self.seen)]

    def check(self, form: str, looks: int = 3) -> Run:
        """Check that rows came at so many looks, each row once and never another again; return the run as it is at last."""
        self.look()
        last = self.seen[-1].run
        counts = [analysis.run.rows.count for analysis in self.seen]
        assert len(set(counts) - {0}) >= looks
        assert counts == sorted(counts)
        assert {(analysis.run.id, analysis.run.format) for analysis in self.seen} == {(last.id, form)}
        assert {analysis.run.problems for analysis in self.seen} == {()}
        for analysis in self.seen:
            assert_beginning(analysis.run, last)
        return last


def assert_beginning(before: Run, now: Run) -> None:
    """Check that the rows of a run stand unchanged at the beginning of what it became."""
    assert before.rows.columns.keys() <= now.rows.columns.keys()
    for name, column in now.rows.head(before.rows.count).columns.items():
        known = before.rows.columns.get(name)
        np.testing.assert_array_equal(column.logged, False if known is None else known.logged)
        np.testing.assert_array_equal(column.values, np.nan if known is None else known.values)


def values(run: Run, name: str) -> list[float]:
    """Return the numbers of a column that were logged."""
    found = run.rows.columns[name]
    return found.values[found.logged].tolist()


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
