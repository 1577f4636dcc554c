"""What Hugging Face's Trainer logs for TensorBoard below its output directory: rows that no state has yet, and their times."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from trainmon.runs.readers.columns import Growable
from trainmon.runs.readers.documents.trainer_states import Entries, State
from trainmon.runs.readers.folder_log import is_event_file
from trainmon.runs.readers.stores.event_file import STEP, begun
from trainmon.runs.readers.stores.tensorboard import TensorboardSource
from trainmon.runs.readers.table import Table

FOLDER = "runs"
_OF_A_TRAINING = re.compile(r"[A-Z][a-z]{2}\d{2}_\d{2}-\d{2}-\d{2}_.+")  # Jan31_12-00-00_host, as SummaryWriter has it too
_ARGUMENT = b'"per_device_train_batch_size"'  # the Trainer's arguments are the first text in its files
_HEAD_BYTES = 1 << 16
_LOSSES = ("loss", "eval_loss")
_SIDES = {"train/": "", "eval/": "eval_", "test/": "test_"}


class TrainerEvents:
    """Follows the event files of the newest training in an output directory; `rows` are named as the states name them."""

    def __init__(self, folder: Path) -> None:
        self.rows: Entries = []
        self._folder = folder / FOLDER
        self._source: TensorboardSource | None = None
        self._time: Growable | None = None
        self._times: dict[int, float] = {}

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        newest = max(folders_of(self._folder), key=_began, default=None)
        if newest is None:
            return False
        if self._source is None or self._source.path != newest:
            self._source = TensorboardSource(newest, of_folder=True)
        changed = self._source.refresh()
        if changed:
            self._take(self._source.table)
        return changed

    def config(self) -> dict[str, Any]:
        """Return the arguments of the training; of steps and epochs only what limits it."""
        config = dict(self._source.about().config) if self._source is not None else {}
        limit = config.get("max_steps")
        if isinstance(limit, int | float):
            config.pop("num_train_epochs" if limit > 0 else "max_steps", None)
        return config

    def beyond(self, step: int) -> Entries:
        """Return the rows after a step."""
        return self.rows[bisect_right(self.rows, step, key=lambda row: row[STEP]) :]

    def began_again(self, state: State) -> bool:
        """Return whether these rows are none of a saved training, but begin within its steps: of another one, or taken up."""
        return bool(self.rows) and self.rows[0][STEP] <= state.step and not _holds(state.history, self.rows[0])

    def time_of(self, step: object) -> float | None:
        """Return when a step was logged (seconds since 1970), None where this training did not log it."""
        return self._times.get(step) if isinstance(step, int) else None

    def _take(self, table: Table) -> None:
        if table.time is not self._time:
            self._time, self.rows, self._times = table.time, [], {}
        start = len(self.rows)
        columns = {_name(tag): (c.values[start:], c.logged[start:]) for tag, c in table.columns().items()}
        for at, time in enumerate(table.time.view()[start:].tolist()):
            row: dict[str, Any] = {name: float(values[at]) for name, (values, logged) in columns.items() if logged[at]}
            row[STEP] = int(row[STEP])
            self.rows.append(row)
            if np.isfinite(time):
                self._times.setdefault(row[STEP], time)


def step_of(entry: Mapping[str, Any]) -> int:
    """Return the step of a history's entry, 0 where it has none."""
    step = entry.get(STEP)
    return step if isinstance(step, int) else 0


def folders_of(folder: Path) -> list[Path]:
    """Return the folders of trainings in the Trainer's folder for events, [] where it holds anything else."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [folder / name for name in names] if all(_OF_A_TRAINING.fullmatch(name) for name in names) else []


def is_of_one_training(folder: Path) -> bool:
    """Return whether a folder holds the events of one training of a Trainer, by its arguments, and nothing else."""
    found = folders_of(folder)
    return len(found) == 1 and any(_ARGUMENT in _head(file) for file in _event_files(found[0]))


def _holds(history: Entries, row: Mapping[str, Any]) -> bool:
    """Return whether a history has one of a row's losses at its step; event files hold them in single precision."""
    pairs = [(entry.get(name), row.get(name)) for entry in history if step_of(entry) == row[STEP] for name in _LOSSES]
    return any(isinstance(saved, int | float) and seen == np.float32(saved) for saved, seen in pairs)


def _began(folder: Path) -> tuple[int, str]:
    return max((begun(file.name) for file in _event_files(folder)), default=(0, ""))


def _event_files(folder: Path) -> list[Path]:
    try:
        return [folder / name for name in os.listdir(folder) if is_event_file(name)]
    except OSError:
        return []


def _head(file: Path) -> bytes:
    try:
        with open(file, "rb") as opened:
            return opened.read(_HEAD_BYTES)
    except OSError:
        return b""


def _name(tag: str) -> str:
    side = next((side for side in _SIDES if tag.startswith(side)), "")
    return _SIDES.get(side, "") + tag.removeprefix(side)
