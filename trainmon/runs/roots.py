"""Which folders are looked at, and what is wrong with one that cannot be."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from trainmon.runs.readers.stores.trackio_store import is_store
from trainmon.runs.run import Problem
from trainmon.runs.search import reader_at

DEFAULT_ROOT = "checkpoints"
ROOTS_VARIABLE = "TRAINMON_ROOTS"


def default_roots(arguments: Sequence[str] = ()) -> list[Path]:
    """Return the roots that the arguments name, else those of TRAINMON_ROOTS, else ./checkpoints."""
    named = [argument for argument in arguments if argument]
    named = named or [part for part in os.environ.get(ROOTS_VARIABLE, "").split(os.pathsep) if part]
    return [Path(name).expanduser() for name in named or [DEFAULT_ROOT]]


def root_problem(root: Path) -> Problem | None:
    """Return why no run can be found at or below `root`, None where nothing speaks against it."""
    if not root.is_dir() and (reader_at(root) is not None or is_store(root)):
        return None
    if not root.exists():
        return Problem(str(root), None, "does not exist")
    if not root.is_dir():
        return Problem(str(root), None, "is a file, and no run that can be read")
    if not os.access(root, os.R_OK | os.X_OK):
        return Problem(str(root), None, "may not be read by this user")
    return None
