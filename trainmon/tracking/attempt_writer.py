"""Writes a tracker's attempts into its directory: when one begins and ends, its rows, its record, and what to do on trouble."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from trainmon.errors import BusyDirectoryError
from trainmon.file_format import METRICS_CSV, RUN_JSON, ChainSums
from trainmon.restart_rule import Position
from trainmon.tracking.attempt_record import AttemptRecord, utc_now
from trainmon.tracking.live_attempt import LiveAttempt, begin_attempt, begin_blindly
from trainmon.tracking.logged_row import LoggedRow
from trainmon.tracking.logged_values import number_cell
from trainmon.tracking.row_file import RowFile
from trainmon.tracking.settings import TrackerSettings
from trainmon.tracking.status import ChainPlace, chain_place
from trainmon.tracking.written_history import History, read_history

End = Literal["finished", "failed", "interrupted"]

# A loop that starts again in one tracker (a notebook's cell) begins an attempt. Two loops that share a tracker would begin one
# at every row, each with a look at the whole file: after this many it is no restart.
MAX_RESTARTS = 100
ENVIRONMENT_SECONDS = 2.0  # how long an end waits for the description of the machine

log = logging.getLogger("trainmon")
_writing: dict[Path, AttemptWriter] = {}  # which writer of this process has an open attempt in a directory
_locks: dict[Path, threading.RLock] = {}  # one for all writers of a directory


class AttemptWriter:
    """The writer of one directory on behalf of one tracker; no method raises OSError, and `lock` guards them all."""

    def __init__(self, directory: Path, settings: TrackerSettings) -> None:
        self.directory = directory
        self.rows_path = directory / METRICS_CSV
        self.lock = _locks.setdefault(directory, threading.RLock())
        self._settings = settings
        self._rows = RowFile(self.rows_path)
        self._attempt: LiveAttempt | None = None
        self._gave_way = self._warned = self._record_due = False
        self._restarts = 0
        self._environment: dict[str, Any] | None = None
        self._environment_thread: threading.Thread | None = None

    def take(self, row: LoggedRow) -> None:
        """Give a row its time, begin an attempt where it needs one, and write it; what cannot be written is counted."""
        attempt = self._current_attempt(row.position)
        now = datetime.now(UTC)
        moment = now.timestamp()
        elapsed = attempt.elapsed() if row.elapsed is None else row.elapsed
        # Our own clock is known from its first reading on; to the rule, an elapsed of 0 says that nobody measured it.
        measured = max(elapsed, 1e-6) if row.elapsed is None else elapsed
        if attempt.rule.begins(row.phase, row.epoch, row.step, measured, moment) and self._restarts < MAX_RESTARTS:
            attempt = self._start_again(row.position)
            elapsed = attempt.elapsed() if row.elapsed is None else elapsed
            attempt.rule.begins(row.phase, row.epoch, row.step, measured, moment)
        row.cells["timestamp"] = now.isoformat(timespec="microseconds")
        row.cells["elapsed_time_s"] = number_cell(elapsed)
        attempt.sums.add(moment, row.epoch, row.step, row.phase, row.loss, row.val_loss, row.memory, elapsed)
        self._append(attempt, row.cells)
        if row.phase == "epoch":
            self.checkpoint()

    def sums(self) -> ChainSums:
        """Return the figures of the chain being written; before the first row, of the newest on disk."""
        return self._attempt.sums if self._attempt is not None else self._written().sums()

    def standing(self) -> tuple[ChainSums, ChainPlace, int]:
        """Return these figures, the chain's place in the file, and how many rows could not be written."""
        if self._attempt is not None:
            return self._attempt.sums, self._attempt.place(), self._attempt.entry["rows_not_written"]
        history = self._written()
        return history.sums(), chain_place(history), 0

    def end(self, end: End, reason: str | None) -> None:
        """Record an end and let go of the files; without an attempt there is nothing to do."""
        attempt = self._attempt
        if attempt is None or self._gave_way:
            return
        if attempt.entry["end"] is not None and (end == "finished" or not self._is_newest(attempt)):
            return  # an end is recorded already, and the directory may be another process's by now
        attempt.entry.update(end=end, reason=reason, ended=utc_now())
        self._record_due = True
        self.checkpoint()
        self._rows.close()
        if _writing.get(self.directory) is self:
            del _writing[self.directory]

    def checkpoint(self) -> None:
        """Make the rows durable, and the record where it has news."""
        try:
            self._rows.sync()
        except OSError as error:
            self.warn(METRICS_CSV, error)
        if self._record_due:
            self._save_record()

    def await_environment(self) -> None:
        """Wait a little until the machine is described; the caller does not hold the lock, which that takes."""
        if self._environment_thread is not None:
            self._environment_thread.join(ENVIRONMENT_SECONDS)

    def warn(self, file_name: str, error: OSError) -> None:
        """Say once that the disk makes trouble; the training goes on."""
        if not self._warned:
            self._warned = True
            log.warning(
                "%s could not be written (%s); the training goes on, and what is not written is counted",
                self.directory / file_name, error.strerror or error,
            )  # fmt: skip

    def _append(self, attempt: LiveAttempt, cells: dict[str, str]) -> None:
        try:
            self._rows.append(cells)
        except OSError as error:
            self._rows.close()
            attempt.entry["rows_not_written"] += 1
            self._record_due = True
            self.warn(METRICS_CSV, error)
            return
        if self._rows.created:
            self._rows.created = False
            if attempt.moved_to_new_file() or self._record_due:
                self._save_record()
        if self._rows.cells_not_written:
            attempt.entry["cells_not_written"] = self._rows.cells_not_written
            self._record_due = True
        if self._environment_thread is None:
            thread = threading.Thread(target=self._describe_environment, name="trainmon-environment", daemon=True)
            self._environment_thread = thread
            thread.start()

    def _current_attempt(self, position: Position) -> LiveAttempt:
        """Return the attempt being written; begin one, or reopen one that had ended."""
        if self._gave_way:
            raise BusyDirectoryError(
                f"this tracker gave way to a newer one of the same process in {self.directory}; use one tracker a directory"
            )
        if self._attempt is not None and self._attempt.entry["end"] is None:
            return self._attempt
        if self._attempt is not None and self._attempt.reopen(self._record()):
            self._open_directory()
            return self._attempt
        return self._begin(position)

    def _begin(self, position: Position) -> LiveAttempt:
        other = _writing.get(self.directory)
        if other is not None and other is not self:
            other._give_way()
        try:
            attempt = begin_attempt(self.directory, position, self._settings)
        except OSError as error:
            attempt = begin_blindly(self.directory, self._settings)
            self.warn(METRICS_CSV, error)
        attempt.entry["environment"] = self._environment
        self._attempt = attempt
        self._open_directory()
        return attempt

    def _open_directory(self) -> None:
        """Create the directory and record the attempt before its first row, so that readers know whose the rows are."""
        _writing[self.directory] = self
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.warn(METRICS_CSV, error)
        self._save_record()

    def _start_again(self, position: Position) -> LiveAttempt:
        """End the attempt whose loop was started again without a new tracker, and begin the next."""
        self._restarts += 1
        self.end("interrupted", f"the loop started again at epoch {position[0]:g}")
        if self._settings.resume == "must":  # was said of the tracker's first row
            self._settings = replace(self._settings, resume="allow")
        return self._begin(position)

    def _give_way(self) -> None:
        self.end("interrupted", "another tracker of the same process began in this directory")
        self._gave_way = True

    def _save_record(self) -> None:
        if self._attempt is None:
            return
        try:
            self._attempt.record.save()
            self._record_due = False
        except OSError as error:
            self._record_due = True
            self.warn(RUN_JSON, error)

    def _describe_environment(self) -> None:
        """Collect what the training runs on and add it to the record; nothing in it may end a training."""
        from trainmon.tracking.environment import collect_environment

        environment = collect_environment()
        with self.lock:
            self._environment = environment
            if self._attempt is not None and not self._gave_way:
                self._attempt.entry["environment"] = environment
                if self._attempt.entry["end"] is None or self._is_newest(self._attempt):
                    self._save_record()

    def _is_newest(self, attempt: LiveAttempt) -> bool:
        """Say whether no one, another process included, began an attempt after this one: only then may its record be replaced."""
        attempts = self._record().attempts
        return bool(attempts) and attempts[-1].get("id") == attempt.entry["id"]

    def _record(self) -> AttemptRecord:
        try:
            return AttemptRecord(self.directory / RUN_JSON)
        except OSError as error:
            self.warn(RUN_JSON, error)
            return AttemptRecord(self.directory / RUN_JSON, load=False)

    def _written(self) -> History:
        try:
            return read_history(self.rows_path, self._record().starts())
        except OSError as error:
            self.warn(METRICS_CSV, error)
            return History(self.rows_path)


def _leave() -> None:
    """At the process's end: make every row durable. How a loop ended is not known here, so no end is recorded."""
    for writer in list(_writing.values()):
        writer.await_environment()
        with writer.lock:
            writer.checkpoint()


def _forget_parent() -> None:
    """In a forked child: the parent's attempts are not the child's, and its locks may be held for ever."""
    _writing.clear()
    _locks.clear()


atexit.register(_leave)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)
