"""Makes local stores as Trackio does, today's and older ones, without its library."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

TODAY = """
    CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, timestamp TEXT NOT NULL,
        run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL);
    CREATE INDEX idx_metrics_run_step ON metrics(run_id, step);
    CREATE TABLE configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, run_name TEXT NOT NULL,
        config TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE(run_id));
"""
OLD = """
    CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, project_name TEXT NOT NULL,
        run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL);
"""


def make(path: Path, schema: str = TODAY) -> Path:
    """Make an empty store."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema)
    return path


def add(path: Path, run: str, step: int, metrics: Mapping[str, Any] | bytes | None = None, **named: Any) -> None:
    """Add a row of a run, logged at the step's second of 2026."""
    content = metrics if isinstance(metrics, bytes) else json.dumps({**(metrics or {}), **named}).encode()
    with closing(sqlite3.connect(path)) as connection, connection:
        column = "run_id" if "run_id" in str(connection.execute("SELECT sql FROM sqlite_master").fetchone()) else "project_name"
        connection.execute(
            f"INSERT INTO metrics ({column}, timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?, ?)",
            (f"id of {run}", f"2026-01-01T00:00:{step % 60:02}+00:00", run, step, content),
        )


def configure(path: Path, run: str, **config: Any) -> None:
    """Write the configuration of a run."""
    with closing(sqlite3.connect(path)) as connection, connection:
        values = (f"id of {run}", run, json.dumps({**config, "_Username": None}), "2026-01-01T00:00:00+00:00")
        connection.execute("INSERT INTO configs (run_id, run_name, config, created_at) VALUES (?, ?, ?, ?)", values)


def remove(path: Path, run: str) -> None:
    """Remove the rows of a run."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM metrics WHERE run_name = ?", (run,))
