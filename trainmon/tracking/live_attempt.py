"""The attempt that a tracker is writing: how it begins after what the directory already holds, and its figures so far."""

from __future__ import annotations

import time
from pathlib import Path

from trainmon.errors import UsageError
from trainmon.files.format import METRICS_CSV, RUN_JSON
from trainmon.files.restart_rule import Position, RestartRule, is_later
from trainmon.tracking.attempt_entry import AttemptEntry
from trainmon.tracking.attempt_record import AttemptRecord
from trainmon.tracking.settings import TrackerSettings
from trainmon.tracking.written_history import History, Standing, history_from, reached, read_history


class LiveAttempt:
    """One attempt, its `entry` in training_run.json, and the sums of the chain that it belongs to."""

    def __init__(self, entry: AttemptEntry, history: History, resumed: bool) -> None:
        self.entry = entry
        self.sums = sums = history.sums()
        self.rule = RestartRule()
        self._history = history
        self._rows_before = sums.rows
        self._elapsed_before = (sums.elapsed or 0.0) if resumed else 0.0
        self._began = time.monotonic()

    def start_clock(self) -> None:
        """Count from now on: whatever beginning took, the first row comes at the start."""
        self._began = time.monotonic()

    def elapsed(self) -> float:
        """Return the seconds since the chain's first row, pauses between attempts left out."""
        return int((self._elapsed_before + time.monotonic() - self._began) * 1e6) / 1e6

    def standing(self) -> Standing:
        """Return where the chain being written stands."""
        history = self._history
        rows = history.chain_rows + self.sums.rows - self._rows_before
        if 2 * rows >= history.longest:
            judged, judged_rows = history.chains, rows
        else:
            judged, judged_rows = history.judged, history.judged_rows
        return Standing(self.sums, history.chains, judged, judged_rows, self.entry.values["rows_not_written"])

    def note_reached(self) -> None:
        """Leave to the next start what it need not read then, where the file holds all rows."""
        entry = self.entry.values
        entry.pop("reached", None)
        whole = not entry["rows_not_written"] and self._history.rows == entry["first_row"]
        if whole and (state := reached(self._history, self.sums.rows - self._rows_before)):
            self.entry.note(reached=state)


def history_of(directory: Path, record: AttemptRecord) -> History:
    """Return what the CSV holds: as the last attempt noted it, where nothing came after, else read anew."""
    path = directory / METRICS_CSV
    noted = record.attempts[-1].get("reached") if record.attempts else None
    return history_from(path, noted) or read_history(path, record.starts())


def begin_attempt(directory: Path, position: Position, settings: TrackerSettings) -> LiveAttempt:
    """Return the attempt that begins at `position`; reads the directory and writes nothing.

    Raises BusyDirectoryError where another live process writes there, UsageError where there is nothing to resume but there
    must be, OSError where the directory cannot be read.
    """
    record = AttemptRecord(directory / RUN_JSON)
    record.refuse_other_writer()
    history = history_of(directory, record)
    return _live(record, history, position, _resumes(history, position, settings), settings)


def begin_blindly(directory: Path, position: Position, settings: TrackerSettings) -> LiveAttempt:
    """Return an attempt of a directory that cannot be read: it starts anew in memory, and its files follow when they can."""
    record = AttemptRecord(directory / RUN_JSON, load=False)
    return _live(record, History(directory / METRICS_CSV), position, False, settings)


def _live(record: AttemptRecord, history: History, position: Position, resumed: bool, settings: TrackerSettings) -> LiveAttempt:
    epoch, step = history.last
    before = record.id_at(history.starts[-1].row) if resumed else None
    record.forget_rows_after(history.rows)
    record.describe(settings.name, settings.tags, settings.notes)
    entry = record.begin(
        first_row=history.rows,
        resumed_from={"attempt": before, "epoch": epoch, "step": step} if resumed else None,
        total_steps=settings.total_steps,
        total_epochs=settings.total_epochs,
        config=settings.config,
    )
    for older in record.attempts[:-1]:
        older.pop("reached", None)
    history.begin(history.rows, position, resumed)
    return LiveAttempt(AttemptEntry(record, entry), history, resumed)


def _resumes(history: History, position: Position, settings: TrackerSettings) -> bool:
    """Say whether the attempt that begins at `position` resumes the newest chain."""
    if settings.resume == "must" and not history.rows:
        raise UsageError(f"resume='must', but {history.path} has no rows to resume; use resume='allow' for a first start")
    if settings.resume == "allow":
        return bool(history.starts) and is_later(position, history.starts[0].position)
    return settings.resume == "must"
