"""JSON Lines: an object a line, as LLaMA-Factory, detectron2, DETR, OpenMMLab, W&B and many loops of people's own log them."""

from __future__ import annotations

import re
import statistics
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from trainmon import wording
from trainmon.runs.readers.candidate import Candidate
from trainmon.runs.readers.documents.json_columns import columns_of
from trainmon.runs.readers.documents.json_rows import Column, Objects, add_columns, add_objects, flat
from trainmon.runs.readers.documents.json_text import parse, strict_values
from trainmon.runs.readers.folder_log import FolderLog, is_event_file
from trainmon.runs.readers.log_file import LogFile
from trainmon.runs.readers.log_run import About
from trainmon.runs.readers.table import Cell, Table
from trainmon.runs.readers.tables.plain_csv import speaks_of_training
from trainmon.runs.readers.yaml_document import YamlDocument
from trainmon.runs.run import Problem
from trainmon.stats.extremes import last_finite

FORMAT = "jsonl"
SUFFIXES = (".jsonl", ".ndjson")
LOOKED_AT = 200  # lines by which a file is recognised
MOST_TEXT = 300  # characters on an ordinary line: more, and the lines are the examples of a data set
# Files that a tool always calls so, whose folder is the run; and what it writes of the same training beside them.
FIXED_NAMES = {
    "trainer_log.jsonl": re.compile(r"running_log\.txt"),
    "metrics.json": re.compile(r"log\.txt(\.rank\d+)?"),
    "scalars.json": re.compile(r"\d{8}_\d{6}\.json"),
}
BATCH = 10_000  # lines whose objects are in memory at a time
FEW_BYTES = 1 << 20  # of new lines: a refresh does not start a thread for so little
AHEAD = 2  # blocks that threads look at while the next ones are read
TOTAL = "total_steps"  # LLaMA-Factory says on every line how many there will be


def recognises(candidate: Candidate) -> bool:
    """Return whether the lines of a file are objects that a training logged."""
    objects = objects_in(candidate)
    if not objects or (candidate.suffix == ".json" and len(objects) < 2):
        return False
    texts = [sum(len(cell) for cell in cells.values() if isinstance(cell, str)) for cells in objects]
    names = {name for cells in objects for name, cell in cells.items() if type(cell) in (int, float)}
    return statistics.median(texts) <= MOST_TEXT and ("_step" in names or speaks_of_training(names))


def has_numbers(candidate: Candidate) -> bool:
    """Return whether the lines of a file are objects with any numbers: enough where a person names it."""
    objects = objects_in(candidate)
    some = any(type(cell) in (int, float) for cells in objects for cell in cells.values())
    return some and (candidate.suffix != ".json" or len(objects) > 1)


def objects_in(candidate: Candidate) -> list[dict[str, Cell]]:
    """Return the cells of the first objects, one a line, [] where too few of the lines are objects."""
    lines = [line for line in candidate.lines if line.strip()][:LOOKED_AT]
    if not any(line.lstrip()[:1] == b"{" for line in lines[:20]):
        return []
    objects = []
    for line in lines:
        try:
            value = parse(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            objects.append(flat(value))
    return objects if len(objects) >= len(lines) * (0.1 if candidate.suffix in SUFFIXES else 0.5) else []


def find(folder: Path, names: Sequence[str]) -> FolderLog | None:
    """Return the log of a folder that holds the file of a tool which always calls it so."""
    for name, beside in FIXED_NAMES.items():
        if name in names and recognises(Candidate(folder / name)):
            return FolderLog(FORMAT, partial(JsonLinesSource, folder / name), partial(_owns, name, beside), name)
    return None


def _owns(main: str, beside: re.Pattern[str], name: str) -> bool:
    return name == main or is_event_file(name) or beside.fullmatch(name) is not None


class JsonLinesSource:
    """Follows one file of objects; a line that is no JSON costs that line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.table = Table(path.name)
        self._file = LogFile(path, self)
        self._config = YamlDocument(path.parent / "config.yaml")  # detectron2's
        self._ahead: deque[tuple[bytes, int, Future[tuple[int, list[Column]] | None]]] = deque()
        self.restart(0)

    def restart(self, size: int) -> None:
        """Forget everything."""
        self.table.restart()
        self._others, self._first_other = 0, 0
        self._ahead.clear()

    def lines(self, data: bytes, first_line: int) -> None:
        """Take complete lines."""
        if len(data) < FEW_BYTES and not self._ahead:
            self._take(data, first_line, columns_of(data))
            return
        self._ahead.append((data, first_line, self._pool.submit(columns_of, data)))
        if len(self._ahead) > AHEAD:
            self._take_next()

    def _take_next(self) -> None:
        data, first_line, found = self._ahead.popleft()
        self._take(data, first_line, found.result())

    def _take(self, data: bytes, first_line: int, found: tuple[int, list[Column]] | None) -> None:
        """Take complete lines, by the columns that were found in them if they look alike."""
        self.table.read_bytes += len(data)
        if found is not None and self.table.has_room_for((column.name for column in found[1]), found[0]):
            add_columns(self.table, *found)
            self.table.entries += found[0]
        else:
            self._take_each(data.split(b"\n"), first_line)

    def _take_each(self, lines: list[bytes], first_line: int) -> None:
        for start in range(0, len(lines), BATCH):
            objects = self._objects(lines[start : start + BATCH], first_line + start)
            if objects:
                add_objects(self.table, objects)
                self.table.entries += len(objects)

    def _objects(self, lines: list[bytes], first_line: int) -> Objects:
        values = strict_values(lines)
        if set(map(type, values)) == {dict}:
            return values
        found = (self._object(line, number) for number, line in enumerate(lines, first_line))
        return [value for value in found if value is not None]

    def _object(self, line: bytes, number: int) -> dict[str, Any] | None:
        """Return what one line says, None where it says nothing that is a row."""
        value = None
        try:
            value = parse(line) if line.strip() else None
        except ValueError as error:
            if line.lstrip()[:1] == b"{":
                self.table.complain(number, f"is no valid JSON ({error}); the line is left out")
                return None
        if isinstance(value, dict):
            return value
        if line.strip():
            self._others, self._first_other = self._others + 1, self._first_other or number
        return None

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        with ThreadPoolExecutor(AHEAD) as self._pool:
            changed = [self._file.refresh(), self._config.refresh()]
            while self._ahead:
                self._take_next()
        return any(changed)

    def problems(self) -> list[Problem]:
        """Return what is wrong with the file."""
        found = [*self.table.problems, *self._file.problems()]
        if self._others:
            said = f"{wording.count(self._others)} lines hold no object of JSON and are left out; this is the first"
            found.append(Problem(self.path.name, self._first_other, said))
        return found

    def about(self) -> About:
        """Return what the lines say of how long the training will be, and the configuration that lies beside them."""
        solver = self._config.value.get("SOLVER")
        planned = {"max_steps": solver["MAX_ITER"]} if isinstance(solver, dict) and "MAX_ITER" in solver else {}
        columns = self.table.columns()
        total = last_finite(columns[TOTAL].values) if TOTAL in columns and "current_steps" in columns else None
        if total is not None:
            planned[TOTAL] = int(total)
        return About(config={**self._config.value, **planned})
