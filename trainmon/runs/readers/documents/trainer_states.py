"""The states that Hugging Face's Trainer saves, one in each checkpoint and one beside them: the newest holds all rows."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from trainmon.runs.readers.documents.json_document import JsonDocument
from trainmon.runs.run import Problem

STATE_FILE = "trainer_state.json"
HISTORY = "log_history"
CHECKPOINT = re.compile(r"checkpoint-(?P<step>\d+)|last-checkpoint")
MOST_CHECKPOINTS = 50  # that are looked at, from the highest step down

Entries = list[dict[str, Any]]


class State(NamedTuple):
    """What a state says, and the entries of its history."""

    content: dict[str, Any]
    history: Entries

    @property
    def step(self) -> int:
        """How many steps were done when it was saved."""
        step = self.content.get("global_step")
        return step if isinstance(step, int) else 0


NONE = State({}, [])


class TrainerStates:
    """Follows the states in a folder and its checkpoints, or only the file that `only` names."""

    def __init__(self, folder: Path, only: Path | None = None) -> None:
        self.newest = NONE
        self.newest_checkpoint: str | None = None  # the name of its folder, complete or not
        self._folder, self._only = folder, only
        self._documents: dict[Path, JsonDocument] = {}

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        checkpoints = [] if self._only else checkpoint_names(self._folder)
        self.newest_checkpoint = next(iter(checkpoints), None)
        paths = [self._only] if self._only else newest_files(self._folder, checkpoints)
        documents = {path: self._documents.get(path) or JsonDocument(path) for path in paths}
        changed = [document.refresh() for document in documents.values()]
        if not any(changed) and documents.keys() == self._documents.keys():
            return False
        self._documents, self.newest = documents, _newest([document.value for document in documents.values()])
        return True

    def problems(self) -> list[Problem]:
        """Return what is wrong with the files."""
        pairs = [(path.relative_to(self._folder).as_posix(), document) for path, document in self._documents.items()]
        found = [replace(document.problem, file=name) for name, document in pairs if document.problem]
        others = [name for name, document in pairs if document.value and HISTORY not in document.value]
        return found + [Problem(name, None, f"holds no {HISTORY}, as the state of a Trainer does") for name in others]


def newest_files(folder: Path, checkpoints: Sequence[str]) -> list[Path]:
    """Return the states that may be the newest: that of the folder, of the two highest checkpoints, and of the one saved last.

    The one that was written last is the last of them. The second stands in for a highest that is half-written.
    """
    names = [STATE_FILE, *(f"{name}/{STATE_FILE}" for name in checkpoints[:MOST_CHECKPOINTS])]
    written = {}
    for name in names:
        try:
            written[name] = os.stat(folder / name).st_mtime_ns
        except OSError:
            continue  # a checkpoint that is still being saved, or is being removed
    latest = sorted(written, key=lambda name: (written[name], -names.index(name)))
    saved = [name for name in written if name != STATE_FILE]
    wanted = {STATE_FILE, *saved[:2], *latest[-1:]}
    return [folder / name for name in latest if name in wanted]


def checkpoint_names(folder: Path) -> list[str]:
    """Return the names of the Trainer's checkpoints in a folder, the highest step first."""
    try:
        found = [match for name in os.listdir(folder) if (match := CHECKPOINT.fullmatch(name))]
    except OSError:
        return []
    return [match[0] for match in sorted(found, key=lambda match: int(match["step"] or 0), reverse=True)]


def is_beginning(before: Sequence[Any], now: Sequence[Any]) -> bool:
    """Return whether a history goes on from another one, by the last entry that both have."""
    return len(before) <= len(now) and (not before or repr(before[-1]) == repr(now[len(before) - 1]))


def _newest(contents: Sequence[dict[str, Any]]) -> State:
    """Return the state of the highest step, unless one that was written later belongs to another training: then that."""
    states = [State(content, _entries(content)) for content in contents if HISTORY in content]
    if not states:
        return NONE
    highest, latest = max(states, key=lambda state: (state.step, len(state.history))), states[-1]
    return highest if is_beginning(latest.history, highest.history) else latest


def _entries(content: dict[str, Any]) -> Entries:
    listed = content[HISTORY]
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
