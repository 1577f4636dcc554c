"""TensorBoard's event files: those of a folder are one run, and so are Keras' folders of training and validation."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

from trainmon.runs.readers.candidate import Candidate
from trainmon.runs.readers.checkpoints import find_checkpoints
from trainmon.runs.readers.folder_log import FolderLog, is_event_file
from trainmon.runs.readers.log_run import About
from trainmon.runs.readers.stores.event_file import STEP, EventFile, begun, merged
from trainmon.runs.readers.stores.event_starts import starts
from trainmon.runs.readers.table import Table
from trainmon.runs.readers.yaml_document import YamlDocument
from trainmon.runs.run import AttemptRecord, Checkpoint, Problem

FORMAT = "tensorboard"
_TRAIN = ("train", "training")
_EVALS = ("validation", "val", "valid", "eval", "test")
_SETTINGS = ("hparams.yaml", "args.yaml", "opt.yaml")
_MODELS = (".", "checkpoints", "weights")
OWN = ""  # the folder itself
_TAG_OF_PART = re.compile(f"(.+)_({'|'.join((*_TRAIN, *_EVALS))})", re.IGNORECASE)
_TF2 = ".v2"  # how TensorFlow 2 ends the names of its event files, and nobody else


def recognises(candidate: Candidate) -> bool:
    """Return whether a file is an event file by its name."""
    return is_event_file(candidate.name)


def is_of_validation(path: Path) -> bool:
    """Return whether a folder is called as one that holds a validation's event files."""
    return path.name.lower() in _EVALS


def find(path: Path, names: Sequence[str]) -> FolderLog | None:
    """Return the log that a folder's event files are, or those of its folders for training and validation."""
    parts = _parts(path, names)
    if not parts:
        return None

    def owns(name: str) -> bool:
        return is_event_file(name) or name in parts

    eval_only = list(parts) == [OWN] and is_of_validation(path)
    return FolderLog(FORMAT, partial(TensorboardSource, path, of_folder=True), owns, eval_only=eval_only)


def _parts(path: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the folders in `path` whose event files are of one training, OWN for its own, and how the tags of each begin."""
    own = any(is_event_file(name) for name in names)
    parts = _of_keras(path, names) or (_of_add_scalars(path, names) if own else {})
    return {OWN: "", **parts} if own else parts


def _of_keras(path: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the folders of a training and its validation.

    Keras makes that of the validation an epoch later: how its files end tells that the first one is not alone.
    """
    train = {name: files for name in names if name.lower() in _TRAIN and (files := _event_files(path / name))}
    if not train:
        return {}
    evals = [name for name in names if name.lower() in _EVALS and _event_files(path / name)]
    if not evals and not all(file.endswith(_TF2) for files in train.values() for file in files):
        return {}
    return {name: f"{name}/" for name in (*train, *evals)}


def _of_add_scalars(path: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the folders, beside a run's own event files, that PyTorch's add_scalars makes: TAG_train, TAG_val and their like."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        split = _TAG_OF_PART.fullmatch(name)
        if split and _event_files(path / name):
            found.setdefault(split[1], {})[name] = f"{split[2]}/"
    return {name: part for parts in found.values() if len(set(parts.values())) > 1 for name, part in parts.items()}


def _event_files(folder: Path) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if is_event_file(name)]
    except OSError:
        return []


class TensorboardSource:
    """Follows one event file, or (`of_folder`) those of a folder and of its folders for training and validation."""

    def __init__(self, path: Path, *, of_folder: bool = False) -> None:
        self.path = path
        self.table = Table(path.name)
        self._of_folder = of_folder
        self._files: list[EventFile] = []
        self._documents = [YamlDocument(path / name) for name in _SETTINGS] if of_folder else []
        self._about = About()
        self._starts: tuple[AttemptRecord, ...] = ()

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        before = self._about
        changed = [self._find(), *[file.refresh() for file in self._files]]
        if any(file.replaced for file in self._files):
            self._begin_anew(self._files)
        self._take()
        if any(changed):
            self._starts = self._find_starts()
        self._about = self._read_about()
        return any(changed) or self._about != before

    def problems(self) -> list[Problem]:
        """Return what is wrong with the files."""
        return [*self.table.problems, *(problem for file in self._files for problem in file.problems())]

    def about(self) -> About:
        """Return what stands in and beside the files, and that the step is the step."""
        return self._about

    def _read_about(self) -> About:
        for document in self._documents:
            document.refresh()
        beside = next((document.value for document in self._documents if document.value), {})
        config = {name: value for file in self._files for name, value in file.records.settings.items()}
        folders = [self.path / name for name in _MODELS] if self._of_folder else []
        checkpoints: tuple[Checkpoint, ...] = next((found for folder in folders if (found := find_checkpoints(folder))), ())
        return About(config={**beside, **config}, checkpoints=checkpoints, roles={"step": STEP}, records=self._starts)

    def _find_starts(self) -> tuple[AttemptRecord, ...]:
        leading = [file for file in self._files if file.prefix == self._files[0].prefix]
        return starts(leading, self.table.time.view())

    def _find(self) -> bool:
        """Follow the files that are new, and read all anew where one is gone; say whether either was so."""
        found = dict(self._paths()) if self._of_folder else {self.path: OWN}
        known = {file.path for file in self._files}
        if gone := known - found.keys():
            self._begin_anew([file for file in self._files if file.path not in gone])
        new = [EventFile(path, prefix, prefix + path.name) for path, prefix in found.items() if path not in known]
        self._files += new
        return bool(new or gone)

    def _paths(self) -> Iterator[tuple[Path, str]]:
        """Yield each event file and how its tags begin, those of a folder in the order in which they were begun."""
        try:
            names = sorted(os.listdir(self.path))
        except OSError:
            yield from ((file.path, file.prefix) for file in self._files)  # what was read stays, whatever the disk does now
            return
        for folder, prefix in _parts(self.path, names).items():
            yield from ((self.path / folder / name, prefix) for name in sorted(_event_files(self.path / folder), key=begun))

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
