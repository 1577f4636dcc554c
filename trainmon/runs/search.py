"""The search for runs: walks the folders below a root and asks the readers whose each is."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from trainmon.runs.ids import run_id
from trainmon.runs.names import file_name, folder_name
from trainmon.runs.readers import FileFormat, folder_log_of, format_of_file, report_file
from trainmon.runs.readers.candidate import HEAD_BYTES, LOG_NAME, may_be_log, worth_a_look
from trainmon.runs.readers.checkpoint_directory import CheckpointDirectory, recognises
from trainmon.runs.readers.checkpoints import is_checkpoint_name
from trainmon.runs.readers.contents import Reader
from trainmon.runs.readers.folder_log import FolderLog
from trainmon.runs.readers.log_run import LogRun
from trainmon.runs.readers.settings import user_directory
from trainmon.runs.readers.stores import trackio, trackio_store

SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "plots", "site-packages", "mlruns"})
ENVIRONMENT = "pyvenv.cfg"  # the mark of a virtual environment, whatever its name
MOST_UNLIKE = 2_000  # files below a root that are looked into although nothing in their names speaks of a log

Found = tuple[str, tuple[Path, Reader]]


def reader_at(path: Path) -> Reader | None:
    """Return the reader of the run that a folder or a file is itself, None where it is none."""
    if path.is_file():
        return _reader_of_named_file(path)
    if (found := trackio_store.located(path)) is not None:
        return _follow_stored(*found, path.parent)
    try:
        names = sorted(os.listdir(path))
    except OSError:
        return None
    return _reader_of_folder(path, names, _settings(path, path))


def folder_of(file: Path) -> Path | None:
    """Return the folder that is the run whose main file this is, None where the file stands for itself."""
    try:
        found = folder_log_of(file.parent, sorted(os.listdir(file.parent)))
    except OSError:
        return None
    return file.parent if found is not None and found.main == file.name else None


class Search:
    """Looks for runs below one root again and again; a file that was no log is not opened again before it changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._looked_at: dict[str, tuple[tuple[int, int, int], FileFormat | None]] = {}
        self._unlike = 0
        self._stores: dict[Path, tuple[trackio_store.Stamp, list[str]]] = {}

    def runs(self) -> Iterator[Found]:
        """Yield the runs at and below the root, each real folder once, however links lead to it."""
        if not self.root.is_dir():
            yield from self._named()
            return
        waiting, seen = [self.root], set()
        while waiting:
            directory = waiting.pop()
            try:
                real = os.path.realpath(directory)
                with os.scandir(directory) as scanned:
                    entries = sorted(scanned, key=lambda entry: entry.name)
            except OSError:
                continue
            if real in seen or any(entry.name == ENVIRONMENT for entry in entries):
                continue
            seen.add(real)
            owned = yield from self._in_folder(directory, entries)
            waiting += [Path(entry.path) for entry in entries if entry.name not in owned and _worth_entering(entry)]

    def _named(self) -> Iterator[Found]:
        stored = list(self._stored(self.root))
        yield from stored
        if not stored and (reader := reader_at(self.root)) is not None:
            yield run_id(self.root), (self.root, reader)

    def is_undecided(self, file: str) -> bool:
        """Return whether a file below the root was too short to be told for a log, or none, and may be one by now."""
        known = self._looked_at.get(file)
        if known is None:
            return may_be_log(Path(file).name)
        return known[1] is None and known[0][1] < HEAD_BYTES

    def _in_folder(self, directory: Path, entries: Sequence[os.DirEntry[str]]) -> Generator[Found, None, frozenset[str]]:
        """Yield the runs that a folder is and that lie in it, and return the names of the entries that belong to one of them."""
        names = [entry.name for entry in entries]
        if recognises(names):  # what lies beside a run's own files belongs to that run
            yield run_id(directory), (directory, CheckpointDirectory(directory, _settings(directory, self.root)[1:]))
            return frozenset()
        log = folder_log_of(directory, names)
        owned = frozenset(name for name in names if log is not None and log.owns(name))
        if log is not None:
            yield run_id(directory), (directory, _follow(log, directory, self.root))
        rest = [entry for entry in entries if entry.name not in owned]
        yield from self._files(rest)
        return owned

    def _files(self, entries: Sequence[os.DirEntry[str]]) -> Iterator[Found]:
        likely = set(worth_a_look([entry.name for entry in entries]))
        for entry in entries:
            if entry.name.lower().endswith(report_file.SUFFIX):
                path = Path(entry.path)
                if report_file.recognises(path):
                    yield run_id(path), (path, report_file.ReportFile(path))
            elif entry.name.lower().endswith(trackio_store.SUFFIX):
                yield from self._stored(Path(entry.path))
            elif entry.name in likely and (form := self._format_of(entry)) is not None:
                path = Path(entry.path)
                yield run_id(path), (path, _follow_file(form, path, self.root))

    def _stored(self, path: Path) -> Iterator[Found]:
        """Yield the runs of a file that may be a store of many."""
        stamp = trackio_store.stamp(path)
        known = self._stores.get(path)
        if known is None or known[0] != stamp:
            known = self._stores[path] = stamp, trackio_store.run_names(path) if trackio_store.is_store(path) else []
        for name in known[1]:
            run = trackio_store.path_of(path, name)
            yield run_id(run), (run, _follow_stored(path, name, self.root))

    def _format_of(self, entry: os.DirEntry[str]) -> FileFormat | None:
        known = self._looked_at.get(entry.path)
        unlike = known is None and not LOG_NAME.search(entry.name)
        if unlike and self._unlike >= MOST_UNLIKE:
            return None
        try:
            status = entry.stat()
            stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
            if not entry.is_file():
                return None
        except OSError:
            return None
        if known is not None and (known[1] is not None or known[0] == stamp or _has_same_head(known[0], stamp)):
            return known[1]
        self._unlike += unlike
        form = format_of_file(Path(entry.path)) if status.st_size else None
        self._looked_at[entry.path] = stamp, form
        return form


def _has_same_head(before: tuple[int, int, int], now: tuple[int, int, int]) -> bool:
    """Return whether what was read of a file to recognise it still stands there, as far as its stamps tell: it only grew."""
    return before[0] == now[0] and HEAD_BYTES <= before[1] <= now[1]


def _reader_of_named_file(path: Path) -> Reader | None:
    if report_file.recognises(path):
        return report_file.ReportFile(path)
    form = format_of_file(path, named=True)
    return None if form is None else _follow_file(form, path, path.parent)


def _reader_of_folder(path: Path, names: Sequence[str], settings: Sequence[Path]) -> Reader | None:
    if recognises(names):
        return CheckpointDirectory(path, settings[1:])
    log = folder_log_of(path, names)
    return None if log is None else _follow(log, path, path)


def _follow(log: FolderLog, directory: Path, root: Path) -> LogRun:
    name = folder_name(directory.resolve())
    return LogRun(log.form, log.source(), _settings(directory, root), name=name, eval_only=log.eval_only)


def _follow_file(form: FileFormat, path: Path, root: Path) -> LogRun:
    name, eval_only = file_name(path.resolve()), form.eval_only(path.parent)
    return LogRun(form.name, form.source(path), _settings(path.parent, root), name=name, eval_only=eval_only, log=path)


def _follow_stored(store: Path, name: str, root: Path) -> LogRun:
    own = trackio_store.path_of(store, name)  # what is said of one run alone would lie there: nowhere
    return LogRun(trackio.FORMAT, trackio.TrackioSource(store, name), [own, *_settings(store.parent, root)], name=name)


def _worth_entering(entry: os.DirEntry[str]) -> bool:
    try:
        folder = entry.is_dir()
    except OSError:
        return False
    return folder and not entry.name.startswith(".") and entry.name not in SKIPPED_FOLDERS and not is_checkpoint_name(entry.name)


def _settings(directory: Path, root: Path) -> list[Path]:
    """Return the folders whose trainmon.toml holds for a run in `directory`, the nearest first."""
    return [directory, *([] if directory == root else [root]), user_directory()]
