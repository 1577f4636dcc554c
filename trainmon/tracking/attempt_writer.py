"""Writes a tracker's attempts into its directory: begins and reopens them, takes their rows, and ends them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from trainmon.errors import BusyDirectoryError, TrainmonError
from trainmon.files.format import METRICS_CSV, RUN_JSON
from trainmon.files.restart_rule import Position
from trainmon.tracking.attempt_record import AttemptRecord, Stamps, utc_now
from trainmon.tracking.disk_trouble import DiskTrouble
from trainmon.tracking.ending import End
from trainmon.tracking.environment_thread import EnvironmentThread
from trainmon.tracking.live_attempt import LiveAttempt, begin_attempt, begin_blindly, history_of
from trainmon.tracking.logged_row import LoggedRow
from trainmon.tracking.process_writers import enter
from trainmon.tracking.row_file import RowFile
from trainmon.tracking.settings import TrackerSettings
from trainmon.tracking.silence import Silence
from trainmon.tracking.waiting_rows import WaitingRows
from trainmon.tracking.written_history import History, Standing

if TYPE_CHECKING:
    from trainmon.tracking.monitor import Monitor

# A loop that starts again in one tracker (a notebook's cell) begins an attempt. Two loops that share a tracker would begin one
# at every row, each with a look at the whole file: after this many it is no restart.
MAX_RESTARTS = 100


class AttemptWriter:
    """The writer of one directory on behalf of one tracker; no method raises OSError, and whoever calls one holds `lock`.

    Only `close` takes the lock itself: it waits for a thread that needs it.
    """

    def __init__(self, directory: Path, settings: TrackerSettings, monitor: Monitor | None) -> None:
        self.directory = directory
        self.rows_path = directory / METRICS_CSV
        self._settings = settings
        self._monitor = monitor
        self._restarts = 0
        self._stamps = Stamps()
        self._arrive(Silence(directory))

    def _arrive(self, silence: Silence) -> None:
        """Begin with nothing open in this process."""
        self.silence = silence
        self.trouble = DiskTrouble(self.directory)
        self._shared = enter(self.directory, self)
        self.lock = self._shared.lock
        self._rows = RowFile(self.rows_path)
        self._queue = WaitingRows(self._rows, lambda error: self.trouble.say(METRICS_CSV, error))
        self.environment = EnvironmentThread(self.lock, self._note_environment)
        self._attempt: LiveAttempt | None = None
        self._open: LiveAttempt | None = None  # the attempt, while rows go to it
        self._gave_way = False

    def become_copy(self, of_process: int) -> None:
        """Be silent: this is another process than the tracker's own, whose files and locks are not this one's."""
        reason = f"this is a copy of a tracker of process {of_process}; make one in the process that trains"
        self._arrive(Silence(self.directory, reason))

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
        if self._rows.has_news or self.trouble.said or phase == "epoch":
            self._after_row(attempt, phase)

    def standing(self) -> Standing:
        """Return where the chain being written stands; before the first row, the newest on disk."""
        if self._attempt is not None:
            return self._attempt.standing()
        with self.trouble.caught(METRICS_CSV):
            return history_of(self.directory, self._record()).standing()
        return History(self.rows_path).standing()

    def checkpoint(self) -> None:
        """Write what waits, make the rows durable, and save the record where it has news."""
        if self._open is not None:
            self._settle(self._open)
        elif self._attempt is not None and not self._attempt.entry.saved and self._attempt.entry.is_newest(self._record()):
            self._save(self._attempt)  # the disk refused the end

    def end(self, end: End, reason: str | None) -> bool:
        """Record an end, let go of the files and return True; without an attempt there is nothing to do."""
        attempt = self._attempt
        if attempt is None or self._gave_way:
            return False
        if attempt.entry.values["end"] is not None and (end == "finished" or not attempt.entry.is_newest(self._record())):
            return False  # an end is recorded already, and the directory may be another process's by now
        attempt.entry.note(end=end, reason=reason, ended=utc_now())
        self._open = None
        self._settle(attempt, over=True)
        self._rows.close()
        self._queue.forget()
        if self._monitor is not None:
            self._monitor.stop()
        if self._shared.writer is self:
            self._shared.writer = None
            self._shared.claim.release()
        return True

    def close(self, end: End, reason: str | None) -> bool:
        """Record an end once the machine is described, and say whether it was for this writer to record one."""
        self.environment.wait()
        with self.lock:
            return self.end(end, reason)

    def give_way(self) -> None:
        """Leave the directory to another tracker of this process."""
        self.end("interrupted", "another tracker of the same process began in this directory")
        self._gave_way = True

    def _current_attempt(self, position: Position) -> LiveAttempt | None:
        """Return the attempt to write to: begin one, or reopen one that had ended; None where this process writes nothing."""
        if self.silence.holds():
            return None
        if self._gave_way:
            raise BusyDirectoryError(
                f"this tracker gave way to a newer one of the same process in {self.directory}; use one tracker a directory"
            )
        if self._attempt is not None:
            self._shared.claim.acquire()
            if self._attempt.entry.reopen(self._record()):
                return self._opened(self._attempt)
        return self._begin(position)

    def _begin(self, position: Position) -> LiveAttempt:
        other = self._shared.writer
        if other is not None and other is not self:
            other.give_way()
        try:
            if self._settings.resume != "must":  # where there is nothing to resume, nothing is created
                self.directory.mkdir(parents=True, exist_ok=True)
            self._shared.claim.acquire()
            attempt = begin_attempt(self.directory, position, self._settings)
        except OSError as error:
            attempt = begin_blindly(self.directory, position, self._settings)
            self.trouble.say(METRICS_CSV, error)
        except TrainmonError:
            self._shared.claim.release()
            raise
        attempt.entry.note(environment=self.environment.found)
        self._attempt = attempt
        self._opened(attempt)
        attempt.start_clock()
        return attempt

    def _opened(self, attempt: LiveAttempt) -> LiveAttempt:
        """Record the attempt before its first row, so that readers know whose the rows are, and start what goes beside it."""
        self._shared.writer = self
        self._open = attempt
        self._save(attempt)
        if self._monitor is not None:
            self._monitor.start(self.directory)
        self.environment.start()
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

    def _after_row(self, attempt: LiveAttempt, phase: str) -> None:
        """Do what few rows need: the end of an epoch, a file that is new, cells or rows that could not be written."""
        self._rows.has_news = False
        if self._rows.created:
            self._rows.created = False
            attempt.entry.note_new_file()
            if not attempt.entry.saved:
                self._save(attempt)
        self._count_missing(attempt)
        if phase == "epoch":
            self._settle(attempt)

    def _settle(self, attempt: LiveAttempt, *, over: bool = False) -> None:
        """Write what waits, make the rows durable, and save the entry; `over` leaves to the next start what it need not read."""
        self._queue.flush()
        self._count_missing(attempt)
        with self.trouble.caught(METRICS_CSV):
            self._rows.sync()
            if over:
                attempt.note_reached()
        self._count_missing(attempt)
        self._save(attempt)

    def _count_missing(self, attempt: LiveAttempt) -> None:
        """Note in the entry how much could not be written."""
        attempt.entry.note(rows_not_written=self._queue.not_written)
        if self._rows.cells_not_written:
            attempt.entry.note(cells_not_written=self._rows.cells_not_written)

    def _save(self, attempt: LiveAttempt) -> None:
        """Save the entry where it has news; what a monitor cannot sample is known only after its first sample."""
        if self._monitor is not None:
            attempt.entry.note(not_sampled=dict(self._monitor.not_available))
        if not attempt.entry.saved:
            with self.trouble.caught(RUN_JSON):
                attempt.entry.save()

    def _note_environment(self) -> None:
        """Add what the training runs on to the record, where that is still this attempt's."""
        attempt = self._attempt
        if attempt is None or self._gave_way:
            return
        if self._open is not None or attempt.entry.is_newest(self._record()):
            attempt.entry.note(environment=self.environment.found)
            self._save(attempt)

    def _record(self) -> AttemptRecord:
        with self.trouble.caught(RUN_JSON):
            return AttemptRecord(self.directory / RUN_JSON)
        return AttemptRecord(self.directory / RUN_JSON, load=False)
