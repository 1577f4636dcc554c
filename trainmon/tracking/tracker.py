"""MetricsTracker: logs a training into its checkpoint directory. It loses no logged row and raises for no disk's trouble.

Trouble with the disk is said once, as a warning of the logger "trainmon" (which no setting turns into an exception), and
counted in `rows_not_written`; wrong arguments raise UsageError at once.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from trainmon.files.format import METRICS_JSON, SUMMARY_JSON
from trainmon.tracking.atomic_file import write_json
from trainmon.tracking.attempt_record import utc_now
from trainmon.tracking.attempt_writer import AttemptWriter
from trainmon.tracking.ending import End, how_it_ended
from trainmon.tracking.logged_row import checked_row
from trainmon.tracking.logged_values import as_number, wrong_value
from trainmon.tracking.settings import Resume, as_config, checked_settings

if TYPE_CHECKING:
    from trainmon.tracking.performance import PerformanceMonitor


class MetricsTracker:
    """Logs a training's metrics into `output_dir`, from which every view reads; making one writes and creates nothing.

    `config` is the training's configuration (a mapping, dataclass or namespace), `total_steps` and `total_epochs` its plan.
    With `resume="allow"` the first logged row decides: later than the first of the newest training in the directory it resumes
    that, else it is a fresh start; "must" raises where there is nothing to resume, "never" always starts fresh. Each row
    without `memory_mb` takes the monitor's last reading. As a context manager it records how the block ended.
    """

    def __init__(
        self,
        output_dir: str | os.PathLike[str] = "checkpoints",
        *,
        name: str | None = None,
        tags: list[str] | tuple[str, ...] = (),
        notes: str = "",
        config: object = None,
        total_steps: int | None = None,
        total_epochs: float | None = None,
        resume: Resume = "allow",
        monitor: PerformanceMonitor | None = None,
    ) -> None:
        if not isinstance(output_dir, (str, os.PathLike)):
            raise wrong_value("output_dir", output_dir, "a path")
        if monitor is not None and not all(hasattr(monitor, part) for part in ("last_memory_mb", "start", "stop")):
            raise wrong_value("monitor", monitor, "a PerformanceMonitor or None")
        self._settings = checked_settings(
            name=name, tags=tags, notes=notes, config=config, total_steps=total_steps, total_epochs=total_epochs, resume=resume
        )
        self.output_dir = Path(output_dir)
        directory = Path(os.path.realpath(output_dir))  # the loop may change its working directory
        self._writer = AttemptWriter(directory, self._settings, monitor)
        self._saving = threading.Lock()

    def log_step(
        self,
        epoch: object,
        step: object,
        loss: object,
        val_loss: object = None,
        learning_rate: object = None,
        memory_mb: object = None,
        elapsed_time: object = None,
        **metrics: object,
    ) -> None:
        """Log one step: a train row, or an eval row where there is a val_loss and no loss.

        Numbers may be ints, floats, Decimals, or numpy, torch and MLX scalars; None is left blank. `memory_mb` is available
        memory in MB, `elapsed_time` in seconds since the start. Each further name becomes a column; a string is kept as text.
        """
        phase = "eval" if loss is None and val_loss is not None else "train"
        row = checked_row(
            phase, epoch, step, "loss", loss, val_loss, learning_rate, memory_mb, elapsed_time, metrics
        )  # fmt: skip
        with self._writer.lock:
            self._writer.take(row)

    def log_epoch(
        self,
        epoch: object,
        avg_loss: object,
        val_loss: object = None,
        learning_rate: object = None,
        elapsed_time: object = None,
        **metrics: object,
    ) -> None:
        """Log the end of an epoch with its mean loss, and make all rows so far durable; arguments as for log_step."""
        memory_mb = metrics.pop("memory_mb", None)
        row = checked_row(
            "epoch", epoch, None, "avg_loss", avg_loss, val_loss, learning_rate, memory_mb, elapsed_time, metrics
        )  # fmt: skip
        with self._writer.lock:
            self._writer.take(row)

    def save_json(self) -> None:
        """Write training_metrics.json from the CSV; where nothing was logged there is nothing to write."""
        from trainmon.tracking.metrics_document import write_metrics_json

        writer = self._writer
        if writer.silence.holds():
            return
        with self._saving, writer.trouble.caught(METRICS_JSON):
            with writer.lock:  # only for as long as it takes to see how far the rows go: the loop may go on meanwhile
                writer.checkpoint()
                if not writer.rows_path.exists():
                    return
                csv = writer.rows_path.open("rb")
                size, totals = os.fstat(csv.fileno()).st_size, writer.standing().sums.totals()
            with csv:
                write_metrics_json(csv, size, writer.directory / METRICS_JSON, totals)

    def save_summary(self, total_time: object, total_samples: object, training_config: object = None) -> dict[str, Any]:
        """Write training_summary.json, record the attempt as finished, and return the summary; a later row reopens the attempt.

        `total_time` in seconds; either figure may be None. Without `training_config` the tracker's own is written. Rows that
        training_metrics.json has not yet are added to it.
        """
        seconds, samples = as_number("total_time", total_time), as_number("total_samples", total_samples)
        config = as_config("training_config", training_config)
        config = self._settings.config if config is None else config
        writer = self._writer
        with writer.lock:
            summary = writer.standing().sums.summary(utc_now(), seconds, samples, config)
            if not writer.silence.holds():
                writer.end("finished", None)
                with writer.trouble.caught(SUMMARY_JSON):
                    writer.directory.mkdir(parents=True, exist_ok=True)
                    write_json(writer.directory / SUMMARY_JSON, summary)
        self._save_new_rows()
        return summary

    def get_current_status(self) -> dict[str, Any]:
        """Return where the newest training of the directory stands; before the first row of this tracker it reads the disk.

        The keys are those of `trainmon.tracking.status.status_of`; what was never logged is None.
        """
        from trainmon.tracking.status import status_of

        with self._writer.lock:
            return status_of(self.output_dir, self._writer.standing())

    def print_status(self) -> None:
        """Print where the training stands, in the guide's words."""
        from trainmon.tracking.status import status_text

        text = status_text(self.get_current_status()) + "\n"
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"  # a Windows console may know no emoji
        sys.stdout.write(text.encode(encoding, errors="replace").decode(encoding))

    def close(self, end: End = "finished", reason: str | None = None) -> None:
        """Record how the attempt ended (finished, failed or interrupted), write training_metrics.json and let go of the files.

        A later row reopens the attempt.
        """
        if end not in ("finished", "failed", "interrupted"):
            raise wrong_value("end", end, "'finished', 'failed' or 'interrupted'")
        if self._writer.close(end, reason):  # else the directory may be another writer's by now
            self._save_new_rows()

    def _save_new_rows(self) -> None:
        """Write training_metrics.json; not in the middle of a save, where a signal's handler that calls close may be."""
        if not self._saving.locked():
            self.save_json()

    def __enter__(self) -> MetricsTracker:
        """Return the tracker."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Record the attempt as finished, as interrupted by the keyboard, or as failed with the exception's text."""
        self.close(*how_it_ended(error))

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy in another process is made of."""
        return {"output_dir": self.output_dir, "settings": self._settings, "process": os.getpid()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Become a copy; in another process it reads and logs nothing."""
        self._settings, self.output_dir = state["settings"], state["output_dir"]
        self._writer = AttemptWriter(Path(os.path.realpath(self.output_dir)), self._settings, None)
        self._saving = threading.Lock()
        if state["process"] != os.getpid():
            self._writer.become_copy(state["process"])
