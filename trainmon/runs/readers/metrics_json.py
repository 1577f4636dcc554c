"""training_metrics.json as rows, for a checkpoint directory that has no CSV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from trainmon.runs.readers.contents import roles_of
from trainmon.runs.readers.run_record import moment
from trainmon.runs.readers.tables.csv_block import PHASES
from trainmon.runs.run import EPOCH, TRAIN, Column, Problem, Rows


def rows_of(document: Mapping[str, Any], file_name: str) -> tuple[Rows, list[Problem]]:
    """Return the logged rows in the order of their times, and the entries that are none."""
    entries: list[tuple[dict[str, Any], int]] = []
    problems = []
    for key, phase in (("step_metrics", TRAIN), ("epoch_metrics", EPOCH)):
        listed = document.get(key)
        for number, entry in enumerate(listed if isinstance(listed, list) else [], 1):
            if isinstance(entry, dict):
                entries.append((entry, PHASES.get(str(entry.get("phase")).lower(), phase)))
            else:
                wrong = f"{key}, entry {number}: {repr(entry)[:40]} is not an object; it is left out"
                problems.append(Problem(file_name, None, wrong))
    time = np.array([_or_nan(moment(entry.get("timestamp"))) for entry, _ in entries], dtype=np.float64)
    order = np.argsort(time, kind="stable") if np.isfinite(time).all() else np.arange(len(entries))
    ordered = [entries[at] for at in order]
    names = list(dict.fromkeys(name for entry, _ in ordered for name in entry if name not in ("timestamp", "phase")))
    columns = {name: column for name in names if (column := _column(name, [entry.get(name) for entry, _ in ordered])) is not None}
    phases = np.array([phase for _, phase in ordered], dtype=np.int8)
    return Rows(len(ordered), time[order], phases, columns, roles=roles_of(list(columns))), problems


def _column(name: str, cells: list[Any]) -> Column | None:
    """Return the cells as a numeric column, None where a cell is neither a number nor null."""
    if any(cell is not None and (isinstance(cell, bool) or not isinstance(cell, int | float)) for cell in cells):
        return None
    values = np.array([np.nan if cell is None else float(cell) for cell in cells], dtype=np.float64)
    return Column(name, values, np.array([cell is not None for cell in cells], dtype=np.bool_))


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
