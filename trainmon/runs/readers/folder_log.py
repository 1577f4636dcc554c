"""A log whose files make a folder a run: what reads it, and which of the folder's entries belong to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from trainmon.runs.readers.log_run import Source


class FolderLog(NamedTuple):
    """A folder's log: `owns` says of an entry of the folder that it belongs to this log, and is no run by itself.

    `main` is the file that stands for the folder where a person names it, None where none does.
    """

    form: str
    source: Callable[[], Source]
    owns: Callable[[str], bool]
    main: str | None = None
    eval_only: bool = False


FindFolderLog = Callable[[Path, Sequence[str]], FolderLog | None]
"""Looks at a folder and the names in it, and returns the log that it is, None where it is none of this format."""


def is_event_file(name: str) -> bool:
    """Return whether a file is one of TensorBoard's by its name."""
    return "tfevents" in name
