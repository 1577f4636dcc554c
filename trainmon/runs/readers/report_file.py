"""trainmon's own HTML report as a run: the rows that it carries, with the same figures."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import numpy as np

from trainmon import wording
from trainmon.files.report_format import MARKER, MARKER_BYTES, packed_run, unpack
from trainmon.runs.readers import checkpoint_directory, run_record
from trainmon.runs.readers.contents import Contents
from trainmon.runs.readers.numbers import sound
from trainmon.runs.run import Checkpoint, Column, Plan, Problem, Role, Rows
from trainmon.stats.arrays import Floats

FORMAT = "trainmon_report"
SUFFIX = ".html"
PHASES = "012"  # TRAIN, EVAL, EPOCH
LATEST = 1e11  # seconds since 1970: later is no time that a clock shows


def recognises(path: Path) -> bool:
    """Return whether the file is a report of ours: one short read says so."""
    if path.suffix.lower() != SUFFIX:
        return False
    try:
        with open(path, "rb") as file:
            return MARKER.encode() in file.read(MARKER_BYTES)
    except OSError:
        return False


class ReportFile:
    """Follows one report; it is read again as a whole when it was replaced."""

    format = FORMAT

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._contents = Contents()

    def refresh(self) -> bool:
        """Read the file where it changed, and say whether it did."""
        try:
            status = os.stat(self.path)
            stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
            if stamp == self._seen:
                return False
            found = contents_of(self.path.read_text(encoding="utf-8"), self.path.name)
        except OSError as error:
            stamp, found = None, Contents(problems=(Problem(self.path.name, None, f"cannot be read: {error.strerror}"),))
        changed = stamp is not None or found != self._contents
        self._seen, self._contents = stamp, found
        return changed

    def contents(self) -> Contents:
        """Return what the file said at the last refresh."""
        return self._contents


def contents_of(html: str, file_name: str) -> Contents:
    """Return the run that a report carries; what cannot be read is a problem."""
    try:
        return _contents(unpack(packed_run(html)), file_name)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        return Contents(problems=(Problem(file_name, None, f"its rows cannot be read ({error}); have the report made anew"),))


def _contents(document: dict[str, Any], file_name: str) -> Contents:
    rows = _rows(document)
    problems = [Problem(str(p["file"]), _whole(p["line"]), str(p["reason"])) for p in document["problems"]]
    total = _whole(document["rows_of_run"]) or rows.count
    if total > rows.count:
        problems.append(Problem(file_name, None, wording.thinned_report(rows.count, total)))
    steps = document.get("global_step")
    return Contents(
        rows=rows,
        records=run_record.attempt_records(document),
        config=run_record.mapping(document["config"]),
        summary=run_record.mapping(document["summary"]),
        summary_time=sound(document["summary_time"]),
        plan=_plan(run_record.mapping(document["plan"])),
        checkpoints=tuple(_checkpoint(saved) for saved in document["checkpoints"]),
        problems=tuple(problems),
        name=str(document["name"]),
        tags=tuple(str(tag) for tag in document["tags"]),
        notes=str(document["notes"]),
        global_step=_cells(steps, rows.count)[0] if steps is not None else None,
        entries=_whole(document.get("entries")),
        origin=str(document.get("origin") or checkpoint_directory.FORMAT),
    )


def _rows(document: Mapping[str, Any]) -> Rows:
    phase = np.array([PHASES.index(digit) for digit in document["phase"]], dtype=np.int8)
    count = len(phase)
    time = _cells(document["time"], count)[0]
    columns = {str(name): Column(str(name), *_cells(cells, count)) for name, cells in document["numbers"]}
    texts = {str(name): [None if cell is None else str(cell) for cell in cells] for name, cells in document["texts"]}
    roles = {role: name for role, name in document["roles"].items() if role in get_args(Role) and name in columns}
    said = run_record.mapping(document.get("reasons"))
    reasons: dict[Role, str] = {role: str(said[role]) for role in get_args(Role) if role in said}
    return Rows(count, np.where(np.abs(time) < LATEST, time, np.nan), phase, columns, texts, roles, reasons)


def _cells(text: str, count: int) -> tuple[Floats, np.ndarray]:
    """Return the numbers of a column and which of them were logged; raises ValueError where it has not `count` cells."""
    cells = text.split(",") if count else []
    if len(cells) != count:
        raise ValueError(f"a column has {len(cells)} cells, but there are {count} rows")
    values = np.array([float(cell) if cell else np.nan for cell in cells], dtype=np.float64)
    return values, np.array([bool(cell) for cell in cells], dtype=np.bool_)


def _plan(entry: Mapping[str, Any]) -> Plan:
    return Plan(_whole(entry.get("total_steps")), sound(entry.get("total_epochs")), str(entry.get("source") or ""))


def _checkpoint(entry: Mapping[str, Any]) -> Checkpoint:
    written = sound(entry["written"])
    return Checkpoint(str(entry["name"]), _whole(entry["epoch"]), _whole(entry["step"]), written, bool(entry["best"]))


def _whole(value: Any) -> int | None:
    number = sound(value)
    return None if number is None else int(number)
