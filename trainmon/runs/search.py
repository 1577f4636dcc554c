"""The search for runs: walks the folders below a root and asks the readers whose each is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from trainmon.runs.ids import run_id
from trainmon.runs.readers import reader_for_directory, reader_for_file
from trainmon.runs.readers.checkpoints import is_checkpoint_name
from trainmon.runs.readers.contents import Reader
from trainmon.runs.readers.settings import user_directory

SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "plots", "site-packages", "wandb", "mlruns"})


def reader_at(directory: Path) -> Reader | None:
    """Return the reader of the run that a folder or a file is itself, None where it is none."""
    alone = reader_for_file(directory)
    if alone is not None:
        return alone
    try:
        names = os.listdir(directory)
    except OSError:
        return None
    return reader_for_directory(directory, names, [user_directory()])


def runs_below(root: Path) -> Iterable[tuple[str, tuple[Path, Reader]]]:
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
    return folder and not entry.name.startswith(".") and entry.name not in SKIPPED_FOLDERS and not is_checkpoint_name(entry.name)


def _settings_directories(directory: Path, root: Path) -> list[Path]:
    return ([] if directory == root else [root]) + [user_directory()]
