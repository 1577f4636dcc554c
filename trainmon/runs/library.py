"""The runs below the roots, kept up to date; every view reads its runs from here."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Collection, Iterable
from copy import copy
from pathlib import Path

from trainmon.errors import UnknownRunError
from trainmon.runs.ids import quoted_id
from trainmon.runs.memo import Memo
from trainmon.runs.roots import root_problem
from trainmon.runs.run import Problem, Run
from trainmon.runs.search import Search
from trainmon.runs.watched_run import WatchedRun


class Library:
    """The runs at and below some roots; a run keeps its id through whichever root it is found.

    Any thread may read `runs`, `get`, `resolve` and `revision`; refreshing the same root is done by one thread at a time.
    """

    def __init__(self, roots: Iterable[str | os.PathLike[str]]) -> None:
        self.roots = tuple(Path(root).expanduser().absolute() for root in roots)
        self.revision = 0
        self._list_changed = 0
        self._run_changed: dict[str, int] = {}
        self._runs: dict[Path, dict[str, WatchedRun]] = {root: {} for root in self.roots}
        self._searches = {root: Search(root) for root in self.roots}
        self._problems: dict[Path, Problem | None] = dict.fromkeys(self.roots)
        self._met: dict[Path, set[str]] = {}  # of each root that was looked through: all that was ever found there
        self._sorted: tuple[int, tuple[Run, ...]] = (0, ())  # what `runs` returns, and at which revision it was that
        self._lock = threading.Lock()

    def refresh(self) -> bool:
        """Look for runs below every root and read what is new; say whether anything was."""
        found = [self.discover(root) for root in self.roots]
        read = [self.refresh_runs(root) for root in self.roots]
        return any(found) or any(read)

    def discover(self, root: Path) -> bool:
        """Look for runs below `root`, and say whether one came or went."""
        known = self._runs[root]
        problem = root_problem(root)
        readers = {} if problem else dict(self._searches[root].runs())
        met = self._met.get(root)
        new = {
            identity: WatchedRun(path, reader, came=met is not None and (identity in known or identity not in met))
            for identity, (path, reader) in readers.items()
            if identity not in known or known[identity].run.format != reader.format  # more was written into its folder
        }
        changed = bool(new) or known.keys() != readers.keys() or problem != self._problems[root]
        if not problem:
            self._met[root] = (met or set()) | readers.keys()
        if changed:
            with self._lock:
                kept = {identity: run for identity, run in known.items() if identity in readers and identity not in new}
                self._runs[root], self._problems[root] = {**kept, **new}, problem
                self.revision += 1
                self._list_changed = self.revision
        return changed

    def may_hold_more(self, root: Path, files: Iterable[str]) -> bool:
        """Return whether one of these files, which changed, may have become a log of another tool by that."""
        undecided = [file for file in files if self._searches[root].is_undecided(file)]
        known = {str(watched.path) for watched in self._runs[root].values()} if undecided else set()
        return any(not known & {file, *map(str, Path(file).parents[:2])} for file in undecided)

    def refresh_runs(self, root: Path, which: Callable[[WatchedRun], bool] | None = None) -> bool:
        """Read what is new in the runs below `root` that `which` chooses, and say whether anything was."""
        chosen = [(key, watched) for key, watched in list(self._runs[root].items()) if which is None or which(watched)]
        changed = [key for key, watched in chosen if watched.refresh()]
        if changed:
            with self._lock:
                self.revision += 1
                self._run_changed.update(dict.fromkeys(changed, self.revision))
        return bool(changed)

    def revision_of(self, identities: Collection[str]) -> int:
        """Return the revision at which one of these runs last changed, or a run came or went; without ids, the newest of all."""
        with self._lock:
            if not identities:
                return self.revision
            return max(self._list_changed, *(self._run_changed.get(identity, 0) for identity in identities))

    def still(self) -> Library:
        """Return the library as it is now: what is read later does not show in it."""
        still = Library(self.roots)
        with self._lock:
            still.revision, still._list_changed, still._run_changed = self.revision, self._list_changed, dict(self._run_changed)
            still._runs = {root: {key: copy(watched) for key, watched in runs.items()} for root, runs in self._runs.items()}
            still._problems = dict(self._problems)
        return still

    def runs(self) -> tuple[Run, ...]:
        """Return all runs, those with the newest rows first."""
        with self._lock:
            if self._sorted[0] != self.revision:
                unique = {identity: watched.run for runs in self._runs.values() for identity, watched in runs.items()}
                self._sorted = self.revision, tuple(sorted(unique.values(), key=_newest_first))
            return self._sorted[1]

    def nearest(self) -> Run | None:
        """Return the run that the first root itself is, else the one with the newest rows, None where there is none."""
        here = self.roots[0].resolve()
        runs = sorted(self.runs(), key=lambda run: run.path != here)
        return runs[0] if runs else None

    def get(self, identity: str) -> Run:
        """Return the run with this id; raises UnknownRunError where there is none."""
        with self._lock:
            for runs in self._runs.values():
                if identity in runs:
                    return runs[identity].run
        below = ", ".join(str(root) for root in self.roots) or "no root"
        raise UnknownRunError(f"No run with the id {quoted_id(identity)} was found below {below}.")

    def memo_of(self, run: Run) -> Memo:
        """Return what is remembered of a run, an empty memo where it is no longer the newest of its revisions here."""
        with self._lock:
            watched = next((runs[run.id] for runs in self._runs.values() if run.id in runs), None)
        newest = watched.newest if watched is not None else None
        return newest.memo if newest is not None and newest.run is run else Memo()

    def resolve(self, reference: str) -> tuple[Run, int | None]:
        """Return the run that `id` or `id@2` names, and the attempt; raises UnknownRunError where there is none."""
        identity, _, attempt = reference.partition("@")
        run = self.get(identity)
        if not attempt:
            return run, None
        if not re.fullmatch(r"[0-9]{1,9}", attempt) or not 1 <= int(attempt) <= len(run.attempts):
            raise UnknownRunError(f"Run {identity!r} has no attempt {quoted_id(attempt)}; it has {len(run.attempts)}.")
        return run, int(attempt)

    def root_problems(self) -> tuple[Problem, ...]:
        """Return what is wrong with the roots themselves."""
        return tuple(problem for problem in self._problems.values() if problem)


def _newest_first(run: Run) -> tuple[float, str]:
    newest = float(run.rows.time[-1]) if run.rows.count else float("nan")
    return (-newest if newest == newest else float("inf"), run.name)
