"""Trackio's local store: an SQLite file with the rows of all runs of a project, opened for reading alone."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

SUFFIX = ".db"
_MAGIC = b"SQLite format 3\0"
_WAITS_SECONDS, _LONGEST_SECONDS, _STEPS_BETWEEN_LOOKS = 0.5, 60.0, 100_000
_LONGEST_ROW = 1 << 20  # bytes
# Each step finds the next run in the index: a list of runs costs no look at their rows.
_RUN_IDS = """
    WITH RECURSIVE found(id) AS (
        SELECT min(run_id) FROM metrics
        UNION ALL SELECT (SELECT min(run_id) FROM metrics WHERE run_id > found.id) FROM found WHERE found.id IS NOT NULL
    ) SELECT id, (SELECT run_name FROM metrics WHERE run_id = found.id LIMIT 1) FROM found WHERE id IS NOT NULL
"""

Stamp = tuple[tuple[int, int, int] | None, ...]


def stamp(path: Path) -> Stamp:
    """Return what changes whenever something is written to a store."""
    return tuple(_stamp(f"{path}{ending}") for ending in ("", "-wal"))


def times(found: Stamp) -> list[float]:
    """Return when the files of a stamp were last written, in seconds since 1970."""
    return [each[2] / 1e9 for each in found if each is not None]


def is_store(path: Path) -> bool:
    """Return whether a file is an SQLite file with Trackio's table."""
    try:
        with open(path, "rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                return False
        with opened(path) as connection:
            return {"run_name", "step", "timestamp", "metrics"} <= set(columns(connection))
    except (OSError, sqlite3.Error):
        return False


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a store so that nothing is written, beside it neither; raises sqlite3.Error or OSError where this cannot be done.

    To read a store with a write-ahead log, SQLite makes files of its own beside it: where none is in use, that is forbidden.
    """
    log = _stamp(f"{path}-wal")
    mode = "mode=ro" if log is not None and log[1] else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=_WAITS_SECONDS)
    end = time.monotonic() + _LONGEST_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_LOOKS)
    connection.text_factory = lambda text: text.decode("utf-8", errors="replace")
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection
    except UnicodeDecodeError:  # in names and messages, where no text_factory is asked
        raise sqlite3.DatabaseError("its names are no text") from None
    finally:
        connection.close()


def columns(connection: sqlite3.Connection) -> list[str]:
    """Return the columns of the table of metrics, [] where there is no such table; a view is none: it may do anything."""
    made = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'metrics'").fetchone()
    if made is None or not re.match(r"\s*CREATE\s+TABLE\b", str(made[0]), re.IGNORECASE):
        return []
    return [str(column[1]) for column in connection.execute("PRAGMA table_info(metrics)")]


def runs_of(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the runs of a store by their names, each with the values by which its rows are found (see `key`)."""
    found: dict[str, list[str]] = {}
    if key(connection) == "run_name":
        return {str(name): [name] for (name,) in connection.execute("SELECT DISTINCT run_name FROM metrics")}
    for identity, name in connection.execute(_RUN_IDS):
        found.setdefault(str(name), []).append(identity)
    return found


def key(connection: sqlite3.Connection) -> str:
    """Return the column that tells whose a row is: a run's id, or its name in older stores."""
    return "run_id" if "run_id" in columns(connection) else "run_name"


def path_of(store: Path, run: str) -> Path:
    """Return the path that stands for a run of a store: below the store's, with a name that is one part of it."""
    part = re.sub(r"[/\\\0]", "_", run)
    return store / (part if part.strip(".") else f"_{part}")


def run_names(store: Path) -> list[str]:
    """Return the names of a store's runs, [] where it cannot be read now."""
    try:
        with opened(store) as connection:
            return sorted(runs_of(connection))
    except (OSError, sqlite3.Error):
        return []


def located(path: Path) -> tuple[Path, str] | None:
    """Return the store and the name of the run that a path stands for, None where it stands for none."""
    if not path.parent.is_file() or not is_store(path.parent):
        return None
    return next(((path.parent, name) for name in run_names(path.parent) if path_of(path.parent, name) == path), None)


def rows_after(connection: sqlite3.Connection, keys: Sequence[str], last: int) -> Iterator[list[tuple[int, Any, Any, Any]]]:
    """Yield the rows behind the one with the number `last`, some thousands at a time: number, timestamp, step, metrics as JSON.

    What a column holds is not checked: SQLite stores anything in any of them.
    """
    column, marks = key(connection), ", ".join("?" * len(keys))
    # From the beginning, a run's rows are found by its id; later, the few new ones among those of all runs.
    which = f"id > ? AND {'+' if last else ''}{column} IN ({marks})"
    metrics = f"CASE WHEN length(metrics) <= {_LONGEST_ROW} THEN metrics END"
    cursor = connection.execute(f"SELECT id, timestamp, step, {metrics} FROM metrics WHERE {which} ORDER BY id", (last, *keys))
    while rows := cursor.fetchmany(5_000):
        yield rows


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
