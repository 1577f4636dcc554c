"""Finds the runs below the roots and keeps them up to date; every view reads its runs from here."""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

from trainmon.errors import NotARunError, UnknownRunError
from trainmon.files.process_identity import process_alive
from trainmon.runs.growth import Growth
from trainmon.runs.readers import reader_for_directory, reader_for_file
from trainmon.runs.readers.checkpoint_directory import RUN_FILES
from trainmon.runs.readers.checkpoints import is_checkpoint_name
from trainmon.runs.readers.contents import Contents, Reader
from trainmon.runs.readers.settings import user_directory
from trainmon.runs.run import Observation, Problem, Run

DEFAULT_ROOT = "checkpoints"
ROOTS_VARIABLE = "TRAINMON_ROOTS"
# Runs that may grow are looked at every few seconds: after a pause of minutes the watching host itself must have slept.
ASLEEP_SECONDS = 300.0
LONGEST_ID = 100  # characters: ids are shorter, and a longer word from an address is not repeated in full
_SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "plots", "site-packages", "wandb", "mlruns"})


def default_roots(arguments: Sequence[str] = ()) -> list[Path]:
    """Return the roots that the arguments name, else those of TRAINMON_ROOTS, else ./checkpoints."""
    named = [argument for argument in arguments if argument]
    named = named or [part for part in os.environ.get(ROOTS_VARIABLE, "").split(os.pathsep) if part]
    return [Path(name).expanduser() for name in named or [DEFAULT_ROOT]]


def run_id(path: Path) -> str:
    """Return the id of the run at `path`: its name made URL-safe, and six hex digits of its resolved path."""
    resolved = path.resolve()
    plain = unicodedata.normalize("NFKD", resolved.name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.") or "run"
    return f"{slug[:80]}-{hashlib.sha256(os.fsencode(resolved)).hexdigest()[:6]}"


def open_run(path: str | os.PathLike[str]) -> Run:
    """Return the run at `path`, its directory or one of its files, as it is now; raises NotARunError where there is none."""
    directory = Path(path).expanduser()
    if directory.name in RUN_FILES and directory.is_file():
        directory = directory.parent
    reader = _reader(directory)
    if reader is None:
        raise NotARunError(_why_no_run(directory))
    watched = WatchedRun(directory, reader)
    watched.refresh()
    return watched.run


def find_runs(*roots: str | os.PathLike[str]) -> list[Run]:
    """Return every run at or below the roots as its files are now, those with the newest rows first."""
    library = Library([Path(root) for root in roots])
    library.refresh()
    return list(library.runs())


class WatchedRun:
    """One run that is followed: its reader, and the value that was made of it last."""

    def __init__(self, path: Path, reader: Reader) -> None:
        self.path = path
        self._reader = reader
        self._id = run_id(path)
        self._first = True
        self._looked_at: float | None = None
        self._observation = Observation()
        self._revision = 0
        self._growth = Growth()
        self._grown: dict[Any, Any] = {}
        self.run = self._build()

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        changed = self._reader.refresh()
        observation = self._observe(changed)
        if not changed and observation == self._observation and not self._first:
            return False
        self._observation, self._first = observation, False
        self._revision += 1
        self.run = self._build() if changed and not self._only_sampled else self._with_samples()
        return True

    @property
    def may_grow(self) -> bool:
        """True where the run should be looked at often: no end is known, and it lived within a day."""
        last = self.run.attempts[-1].record if self.run.attempts else None
        if last is not None and last.end:
            return False
        rows = self.run.rows
        signs = [float(rows.time[-1]) if rows.count else None, self._observation.grew_at]
        newest = max((sign for sign in signs if sign is not None and sign == sign), default=None)
        return newest is None or time.time() - newest < 86_400

    @property
    def _only_sampled(self) -> bool:
        return self._reader.contents().only_sampled

    def _with_samples(self) -> Run:
        """Return the run with the samples of now: its rows, which cost more, are as they were."""
        found = self._reader.contents()
        seen, revision = self._observation, self._revision
        return replace(self.run, samples=found.samples, problems=found.problems, observation=seen, revision=revision)

    def _observe(self, changed: bool) -> Observation:
        records = self._reader.contents().records
        last = records[-1] if records and records[-1].end is None else None
        alive = process_alive(last.host, last.boot_id, last.pid, last.process_started) if last else None
        now, before = time.time(), self._observation
        slept = self._looked_at is not None and now - self._looked_at > ASLEEP_SECONDS
        self._looked_at = now
        grew = changed and not self._first and _signs_of_life(self._reader.contents()) != _signs_of_life(self.run)
        return Observation(alive, now if grew else before.grew_at, now if slept else before.awake_since)

    def _build(self) -> Run:
        found = self._reader.contents()
        structure = self._growth.structure(found.rows, found.records)
        return Run(
            id=self._id,
            name=found.name or self.path.resolve().name,
            path=self.path.resolve(),
            format=self._reader.format,
            rows=found.rows,
            attempts=structure.attempts,
            chains=structure.chains,
            global_step=structure.steps if found.global_step is None else found.global_step,
            config=found.config,
            summary=found.summary,
            summary_time=found.summary_time,
            plan=found.plan,
            checkpoints=found.checkpoints,
            problems=found.problems,
            observation=self._observation,
            tags=found.tags,
            notes=found.notes,
            diagnosis_settings=found.diagnosis_settings,
            samples=found.samples,
            hidden=found.hidden,
            revision=self._revision,
            grown=self._grown,
        )


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
        self._problems: dict[Path, Problem | None] = dict.fromkeys(self.roots)
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
        problem = _root_problem(root)
        readers = {} if problem else dict(_find(root))
        new = {identity: WatchedRun(path, reader) for identity, (path, reader) in readers.items() if identity not in known}
        changed = bool(new) or known.keys() != readers.keys() or problem != self._problems[root]
        if changed:
            with self._lock:
                kept = {identity: run for identity, run in known.items() if identity in readers}
                self._runs[root], self._problems[root] = {**kept, **new}, problem
                self.revision += 1
                self._list_changed = self.revision
        return changed

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
        raise UnknownRunError(f"No run with the id {_short(identity)} was found below {below}.")

    def resolve(self, reference: str) -> tuple[Run, int | None]:
        """Return the run that `id` or `id@2` names, and the attempt; raises UnknownRunError where there is none."""
        identity, _, attempt = reference.partition("@")
        run = self.get(identity)
        if not attempt:
            return run, None
        if not re.fullmatch(r"[0-9]{1,9}", attempt) or not 1 <= int(attempt) <= len(run.attempts):
            raise UnknownRunError(f"Run {identity!r} has no attempt {_short(attempt)}; it has {len(run.attempts)}.")
        return run, int(attempt)

    def root_problems(self) -> tuple[Problem, ...]:
        """Return what is wrong with the roots themselves."""
        return tuple(problem for problem in self._problems.values() if problem)


def _signs_of_life(seen: Contents | Run) -> tuple[object, ...]:
    """Return what a training changes in its files; trainmon.toml is changed by people."""
    return seen.rows.count, seen.checkpoints, seen.summary


def _short(asked: str) -> str:
    """Return what somebody asked for in quotes, without the end of what no id is long enough for."""
    return repr(asked if len(asked) <= LONGEST_ID else f"{asked[:LONGEST_ID]}...")


def _newest_first(run: Run) -> tuple[float, str]:
    newest = float(run.rows.time[-1]) if run.rows.count else float("nan")
    return (-newest if newest == newest else float("inf"), run.name)


def _root_problem(root: Path) -> Problem | None:
    if not root.exists():
        return Problem(str(root), None, "does not exist")
    if root.is_file() and reader_for_file(root) is not None:
        return None
    if not root.is_dir():
        return Problem(str(root), None, "is a file, and no run that can be read")
    if not os.access(root, os.R_OK | os.X_OK):
        return Problem(str(root), None, "may not be read by this user")
    return None


def _why_no_run(path: Path) -> str:
    problem = _root_problem(path)
    if problem:
        return f"{path} {problem.reason}."
    return f"{path} holds no training log: no training_metrics.csv was found in it."


def _find(root: Path) -> Iterable[tuple[str, tuple[Path, Reader]]]:
    """Yield the runs at and below `root`, each real folder once, however links lead to it."""
    alone = reader_for_file(root)
    if alone is not None:
        yield run_id(root), (root, alone)
        return
    waiting, seen = [root], set()
    while waiting:
        directory = waiting.pop()
        try:
            real = os.path.realpath(directory)
            with os.scandir(directory) as scanned:
                entries = list(scanned)
        except OSError:
            continue
        if real in seen:
            continue
        seen.add(real)
        reader = reader_for_directory(directory, [entry.name for entry in entries], _settings_directories(directory, root))
        if reader is not None:
            yield run_id(directory), (directory, reader)
        else:  # what lies beside a run's own files belongs to that run
            yield from _files(entries)
        waiting += [Path(entry.path) for entry in entries if _worth_entering(entry)]


def _files(entries: Sequence[os.DirEntry[str]]) -> Iterable[tuple[str, tuple[Path, Reader]]]:
    for entry in entries:
        reader = reader_for_file(Path(entry.path))
        if reader is not None:
            yield run_id(Path(entry.path)), (Path(entry.path), reader)


def _worth_entering(entry: os.DirEntry[str]) -> bool:
    try:
        folder = entry.is_dir()
    except OSError:
        return False
    return folder and not entry.name.startswith(".") and entry.name not in _SKIPPED_FOLDERS and not is_checkpoint_name(entry.name)


def _settings_directories(directory: Path, root: Path) -> list[Path]:
    return ([] if directory == root else [root]) + [user_directory()]


def _reader(directory: Path) -> Reader | None:
    alone = reader_for_file(directory)
    if alone is not None:
        return alone
    try:
        names = os.listdir(directory)
    except OSError:
        return None
    return reader_for_directory(directory, names, [user_directory()])
