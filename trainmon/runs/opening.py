"""Opens runs as their files are now, for whoever does not follow them."""

from __future__ import annotations

import os
from pathlib import Path

from trainmon import wording
from trainmon.errors import NotARunError
from trainmon.runs.library import Library
from trainmon.runs.readers.checkpoint_directory import RUN_FILES
from trainmon.runs.readers.stores.trackio_store import is_store, path_of, run_names
from trainmon.runs.roots import root_problem
from trainmon.runs.run import Run
from trainmon.runs.search import folder_of, reader_at
from trainmon.runs.watched_run import WatchedRun


def open_run(path: str | os.PathLike[str]) -> Run:
    """Return the run at `path`, its directory or one of its files, as it is now; raises NotARunError where there is none."""
    directory = Path(path).expanduser()
    if directory.name in RUN_FILES and directory.is_file():
        directory = directory.parent
    elif directory.is_file() and (folder := folder_of(directory)) is not None:
        directory = folder
    reader = reader_at(directory)
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


def _why_no_run(path: Path) -> str:
    problem = root_problem(path)
    if problem:
        return f"{path} {problem.reason}."
    if is_store(path):
        return wording.store_of_many(path, [path_of(path, name) for name in run_names(path)])
    return wording.no_log_in(path, path.is_file())
