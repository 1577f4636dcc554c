"""The formats that trainmon reads: one module a format, and a line in the list below."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trainmon.runs.readers import checkpoint_directory, report_file
from trainmon.runs.readers.contents import Reader

DIRECTORY_FORMATS = ((checkpoint_directory.recognises, checkpoint_directory.CheckpointDirectory),)
FILE_FORMATS = ((report_file.recognises, report_file.ReportFile),)


def reader_for_directory(path: Path, file_names: Sequence[str], settings_directories: Sequence[Path] = ()) -> Reader | None:
    """Return a reader for the directory `path` that holds these files, None where it is no run."""
    for recognises, reader in DIRECTORY_FORMATS:
        if recognises(file_names):
            return reader(path, settings_directories)
    return None


def reader_for_file(path: Path) -> Reader | None:
    """Return a reader for the file `path`, None where it is no run by itself."""
    for recognises, reader in FILE_FORMATS:
        if recognises(path):
            return reader(path)
    return None
