"""What Hugging Face's Trainer leaves in its output directory: the states with the history of its log, and the checkpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from trainmon.runs.readers.candidate import Candidate
from trainmon.runs.readers.checkpoints import CheckpointFolder
from trainmon.runs.readers.documents.json_rows import add_objects
from trainmon.runs.readers.documents.json_text import parse
from trainmon.runs.readers.documents.llama_factory_log import LOG_FILE, LlamaFactoryLog
from trainmon.runs.readers.documents.trainer_events import FOLDER, TrainerEvents, folders_of, is_of_one_training, step_of
from trainmon.runs.readers.documents.trainer_settings import RESULT_FILES, TrainerSettings
from trainmon.runs.readers.documents.trainer_states import (
    CHECKPOINT,
    HISTORY,
    STATE_FILE,
    Entries,
    TrainerStates,
    checkpoint_names,
    is_beginning,
)
from trainmon.runs.readers.folder_log import FolderLog, is_event_file
from trainmon.runs.readers.log_run import About
from trainmon.runs.readers.table import Table
from trainmon.runs.run import AttemptRecord, Problem

FORMAT = "hf_trainer_state"
# The last entry sums the training up: its train_loss is the mean of all steps, and no point of the curve.
CLOSING = "train_runtime"
SUMS = ("train_loss", "train_runtime", "train_samples_per_second", "train_steps_per_second", "total_flos")
_BESIDE = (STATE_FILE, LOG_FILE, "running_log.txt", "debug.log", "logging.jsonl", "eval_results.json", *RESULT_FILES)
_CELL_BYTES = 20  # what a value with its name takes in the file, at least


def recognises(candidate: Candidate) -> bool:
    """Return whether a file is the state of a Trainer, whatever it is called."""
    return candidate.suffix == ".json" and b'"global_step"' in candidate.head and f'"{HISTORY}"'.encode() in candidate.head


def is_called_so(candidate: Candidate) -> bool:
    """Return whether a file has the name of a Trainer's state: what it lacks can be said where a person names it."""
    return candidate.name == STATE_FILE


def find(folder: Path, names: Sequence[str]) -> FolderLog | None:
    """Return the log of a folder that holds a Trainer's states, in checkpoints or beside them, or its events before these."""
    saved = [STATE_FILE] if STATE_FILE in names else []
    if any(CHECKPOINT.fullmatch(name) for name in names):
        saved += [f"{name}/{STATE_FILE}" for name in checkpoint_names(folder)[:3]]  # the newest may not be complete
    logs_events = FOLDER in names and is_of_one_training(folder / FOLDER)
    if not logs_events and not any(_is_state(Candidate(folder / name)) for name in saved):
        return None
    owned = {name for name in names if name in _BESIDE or is_event_file(name) or CHECKPOINT.fullmatch(name)}
    if FOLDER in names and folders_of(folder / FOLDER):
        owned.add(FOLDER)
    return FolderLog(FORMAT, partial(TrainerSource, folder), owned.__contains__, STATE_FILE)


def _is_state(candidate: Candidate) -> bool:
    """Return whether a file of that name is a Trainer's; one that breaks off is just being written."""
    if recognises(candidate):
        return True
    try:
        parse(candidate.head)
    except ValueError:
        return candidate.path.is_file()
    return False


def of_file(path: Path) -> TrainerSource:
    """Return what follows one state alone."""
    return TrainerSource(path.parent, path)


class TrainerSource:
    """Follows the newest state in a folder, or only the file that `only` names."""

    def __init__(self, folder: Path, only: Path | None = None) -> None:
        self.table = Table((only or folder / STATE_FILE).name)
        self._folder, self._only = folder, only
        self._states = TrainerStates(folder, only)
        self._log = LlamaFactoryLog(folder)
        self._events = TrainerEvents(folder)
        self._settings = TrainerSettings(folder)
        self._checkpoints = CheckpointFolder(folder)
        self._taken: Entries = []
        self._step = 0  # so many are known to be done

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        changed = [self._states.refresh()]
        if self._only is None:
            changed += [self._log.refresh(), self._events.refresh()]
        if any(changed):
            self._take()
        if self._only is None:
            changed += [self._settings.refresh(self._states.newest_checkpoint), self._checkpoints.refresh()]
        return any(changed)

    def problems(self) -> list[Problem]:
        """Return what is wrong with the files."""
        return [*self.table.problems, *self._states.problems()]

    def about(self) -> About:
        """Return the configuration, the sums of the training, and whether it is through."""
        config = {**self._events.config(), **self._settings.config(self._states.newest.content)}
        closing = next((entry for entry in reversed(self._taken) if CLOSING in entry), {})
        summary = {**self._settings.results(), **{key: closing[key] for key in SUMS if key in closing}}
        if "train_samples_per_second" in summary:
            summary["samples_per_second"] = summary["train_samples_per_second"]
        record = AttemptRecord(
            id="1",
            first_row=0,
            end="finished" if _is_through(self._taken, self._step, config) else None,
            reason=f"{self._step} steps are done",
            total_steps=_whole(config.get("max_steps")),
            total_epochs=config.get("num_train_epochs"),
            by="the Trainer",
        )
        return About(config=config, summary=summary, checkpoints=self._checkpoints.found, records=(record,))

    def _take(self) -> None:
        entries = self._entries()
        if not is_beginning(self._taken, entries):
            self.table.restart()
            self._taken = []
        new, self._taken = entries[len(self._taken) :], entries
        if new:
            self.table.read_bytes += _CELL_BYTES * sum(map(len, new))
            add_objects(self.table, [self._timed(_row(entry)) for entry in new])
        self.table.entries = len(entries)

    def _entries(self) -> Entries:
        """Return the history and what was logged since it was saved, or of a training that began again after that."""
        state, began_again = self._states.newest, self._events.began_again(self._states.newest)
        live = self._events.rows if began_again else self._log.beyond(state.step) or self._events.beyond(state.step)
        kept = [entry for entry in state.history if step_of(entry) < step_of(live[0])] if began_again else state.history
        self._step = max(0 if began_again else state.step, step_of(live[-1]) if live else 0)
        return [*kept, *live]

    def _timed(self, row: dict[str, Any]) -> dict[str, Any]:
        time = self._events.time_of(row.get("step"))
        return row if time is None else {**row, "timestamp": time}


def _row(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: cell for name, cell in entry.items() if name not in SUMS} if CLOSING in entry else entry


def _is_through(history: Entries, step: int, config: Mapping[str, Any]) -> bool:
    """Return whether a training is done: all its steps are, or it summed up and logged no further loss."""
    planned = _whole(config.get("max_steps"))
    if planned is not None and step >= planned:
        return True
    last = next((entry for entry in reversed(history) if CLOSING in entry or "loss" in entry), {})
    return CLOSING in last


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
