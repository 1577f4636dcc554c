"""TensorBoard's event files: those of a folder are one run, and so are Keras' folders of training and validation."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

from trainmon.runs.readers.candidate import Candidate
from trainmon.runs.readers.checkpoints import find_checkpoints
from trainmon.runs.readers.event_file import STEP, EventFile, begun, merged
from trainmon.runs.readers.folder_log import FolderLog, is_event_file
from trainmon.runs.readers.log_run import About
from trainmon.runs.readers.table import Table
from trainmon.runs.readers.yaml_document import YamlDocument
from trainmon.runs.run import Checkpoint, Problem

FORMAT = "tensorboard"
_TRAIN = ("train", "training")
_EVALS = ("validation", "val", "valid", "eval", "test")
_SETTINGS = ("hparams.yaml", "args.yaml", "opt.yaml")
_MODELS = (".", "checkpoints", "weights")
_TF2 = ".v2"  # how TensorFlow 2 ends the names of its event files, and nobody else


def recognises(candidate: Candidate) -> bool:
    """Return whether a file is an event file by its name."""
    return is_event_file(candidate.name)


def is_of_validation(path: Path) -> bool:
    """Return whether a folder is called as one that holds a validation's event files."""
    return path.name.lower() in _EVALS


def find(path: Path, names: Sequence[str]) -> FolderLog | None:
    """Return the log that a folder's event files are, or those of its folders for training and validation."""
    folders = _folders(path, names)
    own = any(is_event_file(name) for name in names)
    if not own and not folders:
        return None
    prefixes = {"": "", **folders} if own else folders

    def owns(name: str) -> bool:
        return is_event_file(name) or name in folders

    return FolderLog(
        FORMAT, partial(TensorboardSource, path, prefixes), owns, eval_only=own and not folders and is_of_validation(path)
    )


def _folders(path: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the folders of one training in `path` and what their tags are named after, {} where there are none.

    Keras makes the folder of the validation an epoch later: its files tell that the first one is not the last.
    """
    train = [name for name in names if name.lower() in _TRAIN]
    files = {name: _event_files(path / name) for name in train}
    if not any(files.values()):
        return {}
    evals = [name for name in names if name.lower() in _EVALS and _event_files(path / name)]
    if not evals and not all(file.endswith(_TF2) for found in files.values() for file in found):
        return {}
    return {name: f"{name}/" for name in (*(name for name in train if files[name]), *evals)}


def _event_files(folder: Path) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if is_event_file(name)]
    except OSError:
        return []


class TensorboardSource:
    """Follows one event file, or those of a folder: `prefixes` names its folders ("" = itself), and how their tags begin."""

    def __init__(self, path: Path, prefixes: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.table = Table(path.name)
        self._prefixes = prefixes
        self._files: list[EventFile] = []
        self._documents = [YamlDocument(path / name) for name in _SETTINGS] if prefixes is not None else []

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        changed = [self._find(), *(document.refresh() for document in self._documents)]
        changed += [file.refresh() for file in self._files]
        if any(file.replaced for file in self._files):
            self._begin_anew(self._files)
        self._take()
        return any(changed)

    def problems(self) -> list[Problem]:
        """Return what is wrong with the files."""
        return [*self.table.problems, *(problem for file in self._files for problem in file.problems())]

    def about(self) -> About:
        """Return what stands in and beside the files, and that the step is the step."""
        config = {name: value for file in self._files for name, value in file.records.settings.items()}
        beside = next((document.value for document in self._documents if document.value), {})
        folders = [self.path / name for name in _MODELS] if self._prefixes is not None else []
        checkpoints: tuple[Checkpoint, ...] = next((found for folder in folders if (found := find_checkpoints(folder))), ())
        return About(config={**beside, **config}, checkpoints=checkpoints, roles={"step": STEP})

    def _find(self) -> bool:
        """Follow the files that are new, and read all anew where one is gone; say whether either was so."""
        found, known = list(self._paths()), {file.path for file in self._files}
        gone = known - {path for _, path in found}
        if gone and len(gone) < len(known):
            self._begin_anew([file for file in self._files if file.path not in gone])
        new = [(folder, path) for folder, path in found if path not in known]
        for folder, path in new:
            prefix = self._prefixes[folder] if self._prefixes else ""
            self._files.append(EventFile(path, prefix, f"{folder}/{path.name}" if folder else path.name))
        return bool(new or gone)

    def _paths(self) -> Iterator[tuple[str, Path]]:
        """Yield each event file with its folder, those of a folder in the order in which they were begun."""
        if self._prefixes is None:
            yield "", self.path
            return
        for folder in self._prefixes:
            names = sorted(_event_files(self.path / folder), key=begun)
            yield from ((folder, self.path / folder / name) for name in names)

    def _begin_anew(self, files: Sequence[EventFile]) -> None:
        self.table.restart()
        self._files = [EventFile(file.path, file.prefix, file.name) for file in files]
        for file in self._files:
            file.refresh()

    def _take(self) -> None:
        """Put what was read into the table: files of one folder one after the other, those of several by their rows' times."""
        groups = []
        for _, files in groupby(self._files, key=lambda file: file.prefix):
            blocks = [block for file in files for block in file.take()]
            groups += [blocks] if blocks else []
        for block in groups[0] if len(groups) == 1 else [merged(groups)] if groups else []:
            self.table.read_bytes += block.size
            self.table.add_block(len(block.time), block.numbers, time=block.time)
        self.table.entries = sum(file.records.entries for file in self._files)
