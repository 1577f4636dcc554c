"""The run inside an HTML report: whole up to a stated size, thinned beyond, so that a teammate can open the file as a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from trainmon.files.report_format import REPORT_VERSION, pack
from trainmon.runs.run import EPOCH, TRAIN, Attempt, AttemptRecord, Column, Role, Rows, Run
from trainmon.stats.arrays import Floats, Indices, Mask
from trainmon.stats.thinning import thin

MOST_ROWS = 50_000
MOST_CHARACTERS = 700_000  # packed; with Vega's 0.9 MB and the charts a report stays below 2 MB
DRAWN: tuple[Role, ...] = ("train_loss", "eval_loss", "memory", "learning_rate")


@dataclass(frozen=True)
class EmbeddedRows:
    """A run as text for a report: `kept` of its `count` rows."""

    packed: str
    kept: int
    count: int


def embedded_rows(run: Run) -> EmbeddedRows:
    """Return the run packed into at most 700,000 characters: all rows where they fit, else those that draw the same lines."""
    limit = min(run.rows.count, MOST_ROWS)
    while True:
        kept = _kept(run, limit)
        packed = pack(_document(run, kept))
        if len(packed) <= MOST_CHARACTERS or limit < 100:
            return EmbeddedRows(packed, len(kept), run.rows.count)
        limit = int(0.9 * limit * MOST_CHARACTERS / len(packed))


def _kept(run: Run, limit: int) -> Indices:
    """Return at most about `limit` rows: the first and last of each attempt, and in it what each drawn line needs."""
    rows = run.rows
    if rows.count <= limit:
        return np.arange(rows.count)
    kept = [np.array([edge for one in run.attempts for edge in (one.start, one.stop - 1)], dtype=np.int64)]
    for attempt in run.attempts:
        own = limit * (attempt.stop - attempt.start) // rows.count
        kept += [_edges_of_epochs(rows, attempt)[: own // 2], *_lines(rows, attempt, own)]
    return np.unique(np.concatenate(kept))


def _lines(rows: Rows, attempt: Attempt, limit: int) -> list[Indices]:
    """Return the rows that draw each of the run's lines in an attempt: most of `limit` for the train loss."""
    found = []
    for role in DRAWN:
        column = rows.column(role)
        if column is None:
            continue
        span = np.arange(attempt.start, attempt.stop)
        for train in (True, False):
            at = span[column.logged[span] & ((rows.phase[span] == TRAIN) == train)]
            found.append(
                at[thin(at.astype(np.float64), column.values[at], 3 * limit // 4 if role == "train_loss" else limit // 10)]
            )
    return found


def _edges_of_epochs(rows: Rows, attempt: Attempt) -> Indices:
    """Return the rows at which an epoch begins or ends: global steps and the length of an epoch are told by them."""
    span = np.arange(attempt.start, attempt.stop)
    changes = np.flatnonzero(np.diff(np.nan_to_num(rows.values("epoch")[span])) != 0)
    edges: Indices = np.union1d(span[rows.phase[span] == EPOCH], np.concatenate([span[changes], span[changes + 1]]))
    return edges


def _document(run: Run, kept: Indices) -> dict[str, Any]:
    rows = run.rows
    return {
        "format": REPORT_VERSION,
        "name": run.name,
        "tags": run.tags,
        "notes": run.notes,
        "rows_of_run": rows.count,
        "config": run.config,
        "summary": run.summary,
        "summary_time": run.summary_time,
        "plan": asdict(run.plan),
        "attempts": [_attempt(one, kept) for one in run.attempts],
        "checkpoints": [asdict(saved) for saved in run.checkpoints],
        "problems": [asdict(problem) for problem in run.problems],
        "origin": run.origin,
        "entries": run.entries,
        "roles": dict(rows.roles),
        "reasons": dict(rows.reasons),
        "time": _cells(rows.time[kept], np.isfinite(rows.time[kept])),
        "phase": "".join(map(str, rows.phase[kept].tolist())),
        "numbers": [[name, _column(column, kept)] for name, column in rows.columns.items()],
        "texts": [[name, [cells[at] for at in kept]] for name, cells in rows.texts.items()],
        # Thinned rows no longer tell how often the training logged, which a global step is counted by.
        "global_step": _cells(run.global_step[kept], np.isfinite(run.global_step[kept])) if len(kept) < rows.count else None,
    }


def _attempt(attempt: Attempt, kept: Indices) -> dict[str, Any]:
    """Return an attempt as training_run.json has it; one that nobody recorded is told by its first row alone."""
    record = attempt.record or AttemptRecord(id=str(attempt.number), first_row=attempt.start)
    first_row = int(np.searchsorted(kept, attempt.start))
    return {**asdict(replace(record, first_row=first_row)), "resumed_from": "the attempt before" if attempt.resumed else None}


def _column(column: Column, kept: Indices) -> str:
    return _cells(column.values[kept], column.logged[kept])


def _cells(values: Floats, logged: Mask) -> str:
    """Return numbers as text that reads back to the same bits, blank where nothing was logged."""
    return ",".join(_number(value) if there else "" for value, there in zip(values.tolist(), logged.tolist(), strict=True))


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
