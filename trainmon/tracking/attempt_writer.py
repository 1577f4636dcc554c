"""Writes a tracker's attempts into its directory: when one begins and ends, its rows, its record, and what to do on trouble."""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trainmon.errors import BusyDirectoryError, TrainmonError
from trainmon.files.format import METRICS_CSV, RUN_JSON, ChainSums
from trainmon.files.restart_rule import Position
from trainmon.tracking import notices
from trainmon.tracking.attempt_record import AttemptRecord, Stamps, utc_now
from trainmon.tracking.directory_lock import DirectoryLock
from trainmon.tracking.distributed import rank_and_source
from trainmon.tracking.ending import End, how_it_ended, last_exception
from trainmon.tracking.live_attempt import LiveAttempt, begin_attempt, begin_blindly, history_of
from trainmon.tracking.logged_row import LoggedRow
from trainmon.tracking.monitor import Monitor
from trainmon.tracking.row_file import RowFile
from trainmon.tracking.settings import TrackerSettings
from trainmon.tracking.status import ChainPlace, chain_place
from trainmon.tracking.waiting_rows import WaitingRows
from trainmon.tracking.written_history import History

# A loop that starts again in one tracker (a notebook's cell) begins an attempt. Two loops that share a tracker would begin one
# at every row, each with a look at the whole file: after this many it is no restart.
MAX_RESTARTS = 100
ENVIRONMENT_SECONDS = 2.0  # how long an end waits for the description of the machine


class _Place:
    """What all writers of this process share about one directory; `writer` is the one with an open attempt."""

    def __init__(self, directory: Path) -> None:
        self.lock = threading.RLock()
        self.guard = DirectoryLock(directory)
        self.writer: AttemptWriter | None = None


_places: dict[Path, _Place] = {}
_writers: weakref.WeakSet[AttemptWriter] = weakref.WeakSet()


class AttemptWriter:
    """The writer of one directory on behalf of one tracker; no method raises OSError, and `lock` guards them all.

    `silenced` says why it writes nothing, None where it does: it is a copy in another process, or not rank 0.
    """

    def __init__(self, directory: Path, settings: TrackerSettings, monitor: Monitor | None) -> None:
        self.directory = directory
        self.rows_path = directory / METRICS_CSV
        self.silenced: str | None = None
        self._settings = settings
        self._monitor = monitor
        self._restarts = 0
        self._environment: dict[str, Any] | None = None
        self._stamps = Stamps()
        self._arrive()
        _writers.add(self)

    def _arrive(self) -> None:
        """Begin with nothing open in this process."""
        self._place = _places.setdefault(self.directory, _Place(self.directory))
        self.lock = self._place.lock
        self._rows = RowFile(self.rows_path)
        self._queue = WaitingRows(self._rows, lambda error: self.warn(METRICS_CSV, error))
        self._attempt: LiveAttempt | None = None
        self._open: LiveAttempt | None = None  # the attempt, while rows go to it
        self._gave_way = self._warned = self._said_silenced = self._record_due = False
        self._environment_thread: threading.Thread | None = None

    def become_copy(self, of_process: int) -> None:
        """Be silent: this is another process than the tracker's own, whose files and locks are not this one's."""
        self.silenced = f"this is a copy of a tracker of process {of_process}; make one in the process that trains"
        self._arrive()

    def take(self, row: LoggedRow) -> None:
        """Give a row its time, begin an attempt where it needs one, and write it; what cannot be written waits and is counted."""
        attempt = self._open or self._current_attempt(row.position)
        if attempt is None:
            return
        phase, epoch, step, loss, val_loss, memory, elapsed, cells = row
        microseconds = int(time.time() * 1e6)
        moment = microseconds / 1e6
        measured = elapsed
        if elapsed is None:
            elapsed = cells["elapsed_time_s"] = attempt.elapsed()
            # Our own clock is known from its first reading on; to the rule, an elapsed of 0 says that nobody measured it.
            measured = elapsed or 1e-6
        if attempt.rule.begins(phase, epoch, step, measured, moment) and self._restarts < MAX_RESTARTS:
            self._start_again(row)
            return
        if memory is None and self._monitor is not None:
            memory = cells["memory_mb"] = self._monitor.last_memory_mb
        cells["timestamp"] = self._stamps.text(microseconds)
        attempt.sums.add(moment, epoch, step, phase, loss, val_loss, memory, elapsed)
        self._queue.append(cells)
        if self._rows.has_news or self._warned or phase == "epoch":
            self._after_row(attempt, phase)

    def is_silenced(self) -> bool:
        """Say whether this process writes nothing, and the first time also why."""
        rank, source = rank_and_source()
        if rank and self.silenced is None:
            self.silenced = f"this is rank {rank} of a distributed training ({source}), and rank 0 logs"
        if self.silenced is not None and not self._said_silenced:
            self._said_silenced = True
            notices.warn("%s: nothing is logged, since %s", self.directory, self.silenced)
        return self.silenced is not None

    def sums(self) -> ChainSums:
        """Return the figures of the chain being written; before the first row, of the newest on disk."""
        return self._attempt.sums if self._attempt is not None else self._written().sums()

    def standing(self) -> tuple[ChainSums, ChainPlace, int]:
        """Return these figures, the chain's place in the file, and how many rows could not be written."""
        if self._attempt is not None:
            return self._attempt.sums, self._attempt.place(), self._attempt.entry["rows_not_written"]
        history = self._written()
        return history.sums(), chain_place(history), 0

    def end(self, end: End, reason: str | None) -> bool:
        """Record an end, let go of the files and return True; without an attempt there is nothing to do."""
        attempt = self._attempt
        if attempt is None or self._gave_way:
            return False
        if attempt.entry["end"] is not None and (end == "finished" or not self._is_newest(attempt)):
            return False  # an end is recorded already, and the directory may be another process's by now
        attempt.entry.update(end=end, reason=reason, ended=utc_now())
        self._record_due = True
        self.checkpoint(attempt.note_reached)
        self._open = None
        self._rows.close()
        self._queue.forget()
        if self._monitor is not None:
            self._monitor.stop()
        if self._place.writer is self:
            self._place.writer = None
            self._place.guard.release()
        return True

    def checkpoint(self, then: Callable[[], None] = lambda: None) -> None:
        """Write what waits, make the rows durable, do what comes `then`, and save the record where it has news."""
        self._queue.flush()
        self._count_not_written()
        try:
            self._rows.sync()
            then()
        except OSError as error:
            self.warn(METRICS_CSV, error)
        self._count_not_written()
        if self._record_due or self._monitor_has_news():
            self._save_record()

    def await_environment(self) -> None:
        """Wait a little until the machine is described; the caller does not hold the lock, which that takes."""
        if self._environment_thread is not None:
            self._environment_thread.join(ENVIRONMENT_SECONDS)

    def warn(self, file_name: str, error: OSError) -> None:
        """Say once that the disk makes trouble; the training goes on."""
        if not self._warned:
            self._warned = True
            notices.warn(
                "%s could not be written (%s); the training goes on, and what is not written is counted",
                self.directory / file_name, error.strerror or error,
            )  # fmt: skip

    def _after_row(self, attempt: LiveAttempt, phase: str) -> None:
        """Do what few rows need: the end of an epoch, a file that is new, cells or rows that could not be written."""
        self._rows.has_news = False
        if self._rows.created:
            self._rows.created = False
            if attempt.moved_to_new_file() or self._record_due:
                self._save_record()
        if self._rows.cells_not_written:
            attempt.entry["cells_not_written"] = self._rows.cells_not_written
            self._record_due = True
        self._count_not_written()
        if phase == "epoch":
            self.checkpoint()

    def _monitor_has_news(self) -> bool:
        """Say whether the record does not hold yet what cannot be sampled: the first sample comes after the first row."""
        if self._monitor is None or self._attempt is None:
            return False
        return self._attempt.entry.get("not_sampled") != self._monitor.not_available

    def _count_not_written(self) -> None:
        """Count what waits; after the end nothing waits, and what was counted then stays."""
        if self._open is not None and self._open.entry["rows_not_written"] != self._queue.not_written:
            self._open.entry["rows_not_written"] = self._queue.not_written
            self._record_due = True

    def _current_attempt(self, position: Position) -> LiveAttempt | None:
        """Return the attempt to write to: begin one, or reopen one that had ended; None where this process writes nothing."""
        if self.is_silenced():
            return None
        if self._gave_way:
            raise BusyDirectoryError(
                f"this tracker gave way to a newer one of the same process in {self.directory}; use one tracker a directory"
            )
        if self._attempt is not None:
            self._place.guard.acquire()
            if self._attempt.reopen(self._record()):
                return self._opened(self._attempt)
        return self._begin(position)

    def _begin(self, position: Position) -> LiveAttempt:
        other = self._place.writer
        if other is not None and other is not self:
            other._give_way()
        try:
            if self._settings.resume != "must":  # where there is nothing to resume, nothing is created
                self.directory.mkdir(parents=True, exist_ok=True)
            self._place.guard.acquire()
            attempt = begin_attempt(self.directory, position, self._settings)
        except OSError as error:
            attempt = begin_blindly(self.directory, position, self._settings)
            self.warn(METRICS_CSV, error)
        except TrainmonError:
            self._place.guard.release()
            raise
        attempt.entry["environment"] = self._environment
        self._attempt = attempt
        self._opened(attempt)
        attempt.start_clock()
        return attempt

    def _opened(self, attempt: LiveAttempt) -> LiveAttempt:
        """Record the attempt before its first row, so that readers know whose the rows are, and start what goes beside it."""
        self._place.writer = self
        self._open = attempt
        self._save_record()
        if self._monitor is not None:
            self._monitor.start(self.directory)
        if self._environment_thread is None:
            thread = threading.Thread(target=self._describe_environment, name="trainmon-environment", daemon=True)
            self._environment_thread = thread
            thread.start()
        return attempt

    def _start_again(self, row: LoggedRow) -> None:
        """End the attempt whose loop was started again without a new tracker, and begin the next with this row."""
        self._restarts += 1
        self.end("interrupted", f"the loop started again at epoch {row.position[0]:g}")
        if self._settings.resume == "must":  # was said of the tracker's first row
            self._settings = self._settings._replace(resume="allow")
        self._begin(row.position)
        if row.elapsed is None:
            row.cells["elapsed_time_s"] = None
        self.take(row)

    def _give_way(self) -> None:
        self.end("interrupted", "another tracker of the same process began in this directory")
        self._gave_way = True

    def _save_record(self) -> None:
        if self._attempt is None:
            return
        if self._monitor is not None:
            self._attempt.entry["not_sampled"] = dict(self._monitor.not_available)
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
                if self._open is not None or self._is_newest(self._attempt):
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
            return history_of(self.directory, self._record())
        except OSError as error:
            self.warn(METRICS_CSV, error)
            return History(self.rows_path)


def _leave() -> None:
    """At the process's end: record what is still open, as failed or interrupted where an exception ends the process."""
    end, reason = how_it_ended(last_exception())
    for place in list(_places.values()):
        writer = place.writer
        if writer is not None:
            writer.await_environment()
            with writer.lock:
                writer.end(end, reason or "the process ended without close()")


def _forget_parent() -> None:
    """In a forked child: the parent's attempts are not the child's, and its locks may be held for ever."""
    _places.clear()
    for writer in list(_writers):
        writer.become_copy(os.getppid())


atexit.register(_leave)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)
