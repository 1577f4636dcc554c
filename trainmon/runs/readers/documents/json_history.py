"""The history of a training in one JSON document: Keras' History, lists or objects of people's own loops, nested or not."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from trainmon.runs.readers.candidate import HEAD_BYTES, Candidate
from trainmon.runs.readers.documents.json_document import JsonDocument
from trainmon.runs.readers.documents.json_rows import add_objects, add_series, flat
from trainmon.runs.readers.documents.json_shapes import History, beginning_of, history_of
from trainmon.runs.readers.documents.json_text import parse
from trainmon.runs.readers.log_run import About
from trainmon.runs.readers.table import Table
from trainmon.runs.readers.tables.plain_csv import POSITION, speaks_of_training
from trainmon.runs.run import Problem

FORMAT = "json_history"
BATCH = 10_000  # objects
_WORTH_PARSING = re.compile(rb"loss|epoch|step|iter|val|eval|test", re.IGNORECASE)
_METRIC_OF = re.compile(r"^(?:(?P<train>train|training)|val|valid|validation|eval|dev|test)[/_. -](?P<metric>.+)$", re.IGNORECASE)


def recognises(candidate: Candidate) -> bool:
    """Return whether a document is the history of a training, by its beginning."""
    history = _at_the_beginning(candidate)
    if history is None:
        return False
    if history.series:
        return _is_logged(history.series.keys(), positioned=True)
    rows = [flat(row) for row in history.rows[:200]]
    names = {name for row in rows for name, cell in row.items() if type(cell) in (int, float)}
    return _is_logged(names, positioned=any(_goes_on([row.get(name) for row in rows]) for name in names if POSITION.search(name)))


def has_numbers(candidate: Candidate) -> bool:
    """Return whether a document holds lists or rows of numbers: enough where a person names it."""
    history = _at_the_beginning(candidate)
    rows = history.rows[:200] if history is not None else []
    return history is not None and (
        bool(history.series) or any(type(cell) in (int, float) for row in rows for cell in flat(row).values())
    )


def _at_the_beginning(candidate: Candidate) -> History | None:
    head = candidate.head
    if candidate.suffix != ".json" or head.lstrip()[:1] not in (b"{", b"[") or not _WORTH_PARSING.search(head):
        return None
    try:
        return history_of(beginning_of(head) if len(head) >= HEAD_BYTES else parse(head))
    except ValueError:
        return None


def _is_logged(names: Collection[str], *, positioned: bool) -> bool:
    """Return whether a training logs these: a loss or metric beside a position, or one of both training and validation."""
    if positioned and any("loss" in name.lower() for name in names):
        return True
    if positioned and any(POSITION.search(name) for name in names) and speaks_of_training(names):
        return True
    found = [_METRIC_OF.match(name) for name in names]
    of_training = {each["metric"] for each in found if each and each["train"]} | set(names)
    return any(each["metric"] in of_training for each in found if each and not each["train"])


def _goes_on(cells: Sequence[Any]) -> bool:
    """Return whether a position counts up; of many results for one number of epochs it does not."""
    numbers = [cell for cell in cells if type(cell) in (int, float)]
    ahead = sum(after > before for before, after in zip(numbers, numbers[1:], strict=False))
    return len(numbers) == 1 or ahead > 0.5 * (len(numbers) - 1)


class JsonHistorySource:
    """Follows one document, which is written anew as a whole; while it is half-written the last good one holds."""

    def __init__(self, path: Path) -> None:
        self.table = Table(path.name)
        self._document = JsonDocument(path, lists=True)
        self._config: dict[str, Any] = {}

    def refresh(self) -> bool:
        """Read the document where it changed, and say whether anything is different."""
        before = self._document.content
        changed = self._document.refresh()
        if self._document.content is not before:
            self._take(history_of(self._document.content) or History({}, [], {}))
        return changed

    def problems(self) -> list[Problem]:
        """Return what is wrong with the file."""
        return [*self.table.problems, *([self._document.problem] if self._document.problem else [])]

    def about(self) -> About:
        """Return the configuration that stands in the document."""
        return About(config=self._config)

    def _take(self, history: History) -> None:
        self._config = history.config
        self.table.restart()
        self.table.read_bytes = _size(self._document.path)
        if history.series:
            add_series(self.table, history.series)
        for start in range(0, len(history.rows), BATCH):
            add_objects(self.table, history.rows[start : start + BATCH])
        self.table.entries = self.table.count


def _size(path: Path) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
