"""A run in Trackio's local store: its rows as they are added, and its configuration."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from trainmon.files.growing_file import SETTLED_SECONDS
from trainmon.runs.readers.documents.json_rows import add_objects
from trainmon.runs.readers.documents.json_text import parse
from trainmon.runs.readers.log_run import About
from trainmon.runs.readers.stores import trackio_store
from trainmon.runs.readers.table import Table
from trainmon.runs.run import Problem

FORMAT = "trackio"
STEP = "step"


class TrackioSource:
    """Follows the run of this name in a store."""

    def __init__(self, store: Path, run: str) -> None:
        self.path = store
        self.run = run
        self.table = Table(store.name)
        self._stamp: trackio_store.Stamp = ()
        self._settled = False
        self._last: tuple[int, Any] = (0, 0)  # the number and the step of the last row
        self._config: dict[str, Any] = {}
        self._unreadable: Problem | None = None

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        stamp = trackio_store.stamp(self.path)
        if stamp == self._stamp and self._settled:
            return False
        before = (self.table.count, self._last, self._config, self._unreadable)
        try:
            with trackio_store.opened(self.path) as connection:
                self._read(connection)
            self._stamp, self._unreadable = stamp, None
            self._settled = all(time.time() - written > SETTLED_SECONDS for written in trackio_store.times(stamp))
        except (OSError, sqlite3.Error) as error:
            self._unreadable = Problem(self.path.name, None, f"cannot be read now ({error})")
        return (self.table.count, self._last, self._config, self._unreadable) != before

    def problems(self) -> list[Problem]:
        """Return what is wrong with the store."""
        return [*self.table.problems, *([self._unreadable] if self._unreadable else [])]

    def about(self) -> About:
        """Return the run's configuration, and that the step is the step."""
        return About(config=self._config, roles={"step": STEP})

    def _read(self, connection: sqlite3.Connection) -> None:
        keys = trackio_store.runs_of(connection).get(self.run, [])
        number, step = self._last
        if number and connection.execute("SELECT step FROM metrics WHERE id = ?", (number,)).fetchone() != (step,):
            self.table.restart()
            self._last = (0, 0)
        for rows in trackio_store.rows_after(connection, keys, self._last[0]):
            self.table.read_bytes += sum(len(metrics) for *_, metrics in rows if isinstance(metrics, bytes | str))
            add_objects(self.table, [self._row(*row) for row in rows])
            self._last = (rows[-1][0], rows[-1][2])
        self.table.entries = self.table.count
        self._config = _config(connection, self.run)

    def _row(self, number: int, timestamp: Any, step: Any, metrics: Any) -> dict[str, Any]:
        try:
            row = parse(metrics) if isinstance(metrics, bytes | str) else None
        except ValueError:
            row = None
        if not isinstance(row, dict):
            self.table.complain(number, "holds no JSON that can be read; its metrics are left out")
            row = {}
        return {**row, STEP: step if isinstance(step, int | float) else None, "timestamp": str(timestamp)}


def _config(connection: sqlite3.Connection, run: str) -> dict[str, Any]:
    """Return the newest configuration of a run, without what Trackio adds to it; older stores have none."""
    try:
        found = connection.execute("SELECT config FROM configs WHERE run_name = ? ORDER BY id DESC LIMIT 1", (run,)).fetchone()
        config = parse(found[0]) if found and isinstance(found[0], bytes | str) else {}
    except (sqlite3.OperationalError, ValueError):
        return {}
    return {name: value for name, value in config.items() if not name.startswith("_")} if isinstance(config, dict) else {}
