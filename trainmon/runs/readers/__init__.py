"""The formats that trainmon reads: one module a format, and a line in one of the lists below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from trainmon.runs.readers import checkpoint_directory, report_file
from trainmon.runs.readers.candidate import Candidate
from trainmon.runs.readers.console import recognition as text_recognition
from trainmon.runs.readers.console.text_log import TextSource
from trainmon.runs.readers.documents import dvclive, hf_trainer_state, json_history, json_lines
from trainmon.runs.readers.documents.json_history import JsonHistorySource
from trainmon.runs.readers.documents.json_lines import JsonLinesSource
from trainmon.runs.readers.folder_log import FindFolderLog, FolderLog, is_event_file
from trainmon.runs.readers.log_run import Source
from trainmon.runs.readers.stores import tensorboard, trackio, wandb
from trainmon.runs.readers.stores.tensorboard import TensorboardSource
from trainmon.runs.readers.stores.wandb import WandbSource
from trainmon.runs.readers.tables import keras_csv, lightning_csv, plain_csv, yolo_results_csv
from trainmon.runs.readers.tables.csv_source import CsvSource
from trainmon.runs.readers.tables.lightning_csv import LightningSource
from trainmon.runs.readers.tables.yolo_results_csv import YoloSource


def _never(_folder: Path) -> bool:
    return False


class FileFormat(NamedTuple):
    """How one format is recognised by the beginning of a file, and what reads it.

    `of_folder` says that its file has a fixed name, so that its folder is the run; `eval_only` of the folder of a file
    whether all in it was logged by a validation.
    """

    name: str
    recognises: Callable[[Candidate], bool]
    source: Callable[[Path], Source]
    of_folder: bool = False
    eval_only: Callable[[Path], bool] = _never


# The first that recognises a file has it: the more particular before the more general.
FILE_FORMATS = (
    FileFormat(tensorboard.FORMAT, tensorboard.recognises, TensorboardSource, eval_only=tensorboard.is_of_validation),
    FileFormat(wandb.FORMAT, wandb.recognises, WandbSource),
    FileFormat(hf_trainer_state.FORMAT, hf_trainer_state.recognises, hf_trainer_state.of_file),
    FileFormat(yolo_results_csv.FORMAT, yolo_results_csv.recognises, YoloSource, of_folder=True),
    FileFormat(lightning_csv.FORMAT, lightning_csv.recognises, LightningSource, of_folder=True),
    FileFormat(json_lines.FORMAT, json_lines.recognises, JsonLinesSource),
    FileFormat(json_history.FORMAT, json_history.recognises, JsonHistorySource),
    FileFormat(keras_csv.FORMAT, keras_csv.recognises, CsvSource),
    FileFormat(plain_csv.FORMAT, plain_csv.recognises, CsvSource),
    FileFormat(text_recognition.FORMAT, text_recognition.recognises, TextSource),
)
# Every format by its name, as README.md lists them.
FORMATS = (
    checkpoint_directory.FORMAT,
    report_file.FORMAT,
    trackio.FORMAT,
    *dict.fromkeys(each.name for each in FILE_FORMATS),
)
# Where a person names a file, less is asked of it.
NAMED_FORMATS = (
    *FILE_FORMATS,
    FileFormat(text_recognition.FORMAT, text_recognition.tells_anything, TextSource),
    FileFormat(hf_trainer_state.FORMAT, hf_trainer_state.is_called_so, hf_trainer_state.of_file),
    FileFormat(json_lines.FORMAT, json_lines.has_numbers, JsonLinesSource),
    FileFormat(json_history.FORMAT, json_history.has_numbers, JsonHistorySource),
    FileFormat(plain_csv.FORMAT, plain_csv.is_table, CsvSource),
)


def format_of_file(path: Path, *, named: bool = False) -> FileFormat | None:
    """Return the format of a log of another tool, None where the file is none; `named` where a person named it."""
    candidate = Candidate(path)
    return next((each for each in (NAMED_FORMATS if named else FILE_FORMATS) if each.recognises(candidate)), None)


def folder_log_of(path: Path, names: Sequence[str]) -> FolderLog | None:
    """Return the log of another tool that a folder with these entries is, None where it is none."""
    return next((log for find in FOLDER_FORMATS if (log := find(path, names)) is not None), None)


def _with_fixed_name(path: Path, names: Sequence[str]) -> FolderLog | None:
    """Return the log of a folder that holds the one file of a tool which always calls it so."""
    for name in ("results.csv", "metrics.csv"):
        form = format_of_file(path / name) if name in names else None
        if form is not None and form.of_folder:
            return FolderLog(form.name, partial(form.source, path / name), partial(_is_of_folder, name), name)
    return None


def _is_of_folder(main: str, name: str) -> bool:
    return name == main or is_event_file(name)


# In the order in which they are asked; event files that lie beside another log of the same training belong to that.
FOLDER_FORMATS: tuple[FindFolderLog, ...] = (
    wandb.find,
    hf_trainer_state.find,
    dvclive.find,
    json_lines.find,
    _with_fixed_name,
    tensorboard.find,
)
