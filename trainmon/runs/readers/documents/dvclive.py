"""What DVCLive leaves in its folder: a table a metric below plots/metrics, params.yaml and metrics.json beside them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from trainmon.runs.readers.documents.json_document import JsonDocument
from trainmon.runs.readers.documents.json_history import FORMAT
from trainmon.runs.readers.documents.json_rows import add_objects
from trainmon.runs.readers.folder_log import FolderLog
from trainmon.runs.readers.log_file import LogFile
from trainmon.runs.readers.log_run import About
from trainmon.runs.readers.table import MOST_COLUMNS, Table
from trainmon.runs.readers.yaml_document import YamlDocument
from trainmon.runs.run import Problem

SUMMARY_FILE = "metrics.json"
PARAMETERS_FILE = "params.yaml"
PLACE = ("plots", "metrics")
_BESIDE = (SUMMARY_FILE, PARAMETERS_FILE, "dvc.yaml", "report.html", "report.md")
_POSITIONS = ("step", "timestamp")
_CELL_BYTES = 8  # what a value takes in its table, at least

Position = tuple[int, float]  # how often a table had this step before, and the step


def find(folder: Path, names: Sequence[str]) -> FolderLog | None:
    """Return the log of a folder that is DVCLive's."""
    if PLACE[0] not in names or not {SUMMARY_FILE, PARAMETERS_FILE} & {*names} or not any(_tables(folder)):
        return None
    main = SUMMARY_FILE if SUMMARY_FILE in names else None
    return FolderLog(FORMAT, partial(DvcliveSource, folder), (*_BESIDE, PLACE[0]).__contains__, main)


class DvcliveSource:
    """Follows the tables of one folder, which grow by themselves: a row for each step that one of them has."""

    def __init__(self, folder: Path) -> None:
        self.table = Table(folder.name)
        self._folder = folder
        self._metrics: dict[Path, _Metric] = {}
        self._parameters = YamlDocument(folder / PARAMETERS_FILE)
        self._summary = JsonDocument(folder / SUMMARY_FILE)

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        found = {path: self._metrics.get(path) or _Metric(path, name) for path, name in _tables(self._folder)}
        changed = [metric.refresh() for metric in found.values()]
        if any(changed) or found.keys() != self._metrics.keys():
            self._metrics = found
            self._take()
        beside = [self._parameters.refresh(), self._summary.refresh()]
        return any(changed) or any(beside)

    def problems(self) -> list[Problem]:
        """Return what is wrong with the files."""
        found = [problem for metric in self._metrics.values() for problem in metric.problems()]
        return [*self.table.problems, *found, *([self._summary.problem] if self._summary.problem else [])]

    def about(self) -> About:
        """Return the parameters and the last values."""
        return About(config=self._parameters.value, summary=self._summary.value)

    def _take(self) -> None:
        rows: dict[Position, dict[str, Any]] = {}
        for metric in self._metrics.values():
            for position, cells in metric.rows.items():
                rows.setdefault(position, {"step": position[1]}).update(cells)
        self.table.restart()
        self.table.read_bytes = _CELL_BYTES * sum(map(len, rows.values()))
        if rows:
            add_objects(self.table, [rows[position] for position in sorted(rows)])
        self.table.entries = self.table.count


class _Metric:
    """Follows the table of one metric."""

    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        self._file = LogFile(path, self)
        self.restart(0)

    def restart(self, size: int) -> None:
        """Forget everything."""
        self.rows: dict[Position, dict[str, Any]] = {}
        self._header: list[str] = []
        self._seen: Counter[float] = Counter()

    def lines(self, data: bytes, first_line: int) -> None:
        """Take complete lines; one that has no step is left out."""
        for line in data.decode("utf-8", errors="replace").split("\n"):
            cells = line.split("\t")
            if not self._header:
                self._header = cells
                continue
            row = dict(zip(self._header, cells, strict=False))
            try:
                step = float(row.get("step", ""))
            except ValueError:
                continue
            named = {name if name in _POSITIONS else self._name: cell for name, cell in row.items() if name != "step"}
            self.rows[self._seen[step], step] = named
            self._seen[step] += 1

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        return self._file.refresh()

    def problems(self) -> list[Problem]:
        """Return what is wrong with the file."""
        return self._file.problems()


def _tables(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the tables and the names of their metrics, in the order of the names."""
    place, count = folder.joinpath(*PLACE), 0
    for directory, below, names in os.walk(place):
        below.sort()
        for name in sorted(names):
            if name.endswith(".tsv") and count < MOST_COLUMNS:
                path, count = Path(directory, name), count + 1
                yield path, path.relative_to(place).with_suffix("").as_posix()
