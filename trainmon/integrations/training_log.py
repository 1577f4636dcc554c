"""What the integrations share: a tracker that is made when the training begins, and rows made of values by name."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TypedDict

from trainmon.integrations.logged_names import logged_values
from trainmon.tracking.performance import PerformanceMonitor, get_available_memory
from trainmon.tracking.settings import Resume
from trainmon.tracking.tracker import MetricsTracker


class TrackerOptions(TypedDict, total=False):
    """Arguments of MetricsTracker that every integration passes on; what a user gives wins over what the library says."""

    name: str | None
    tags: list[str] | tuple[str, ...]
    notes: str
    config: object
    total_steps: int | None
    total_epochs: float | None
    resume: Resume
    monitor: PerformanceMonitor | None


class TrainingLog:
    """The log of the training that a library is running: begun, written row by row, ended, and begun again."""

    def __init__(self, options: TrackerOptions) -> None:
        MetricsTracker(**options)  # writes nothing: a wrong argument raises here, and not when the training begins
        self._options = options
        self._began = 0.0
        self.tracker: MetricsTracker | None = None

    def begin(self, output_dir: str | os.PathLike[str], found: TrackerOptions, *, resumed: bool | None = None) -> None:
        """Take up a training that logs into `output_dir`, with what the library itself says of it.

        `resumed` says whether it goes on from a checkpoint; None = the first row tells.
        """
        settings: TrackerOptions = {"monitor": PerformanceMonitor()}
        status = MetricsTracker(output_dir).get_current_status() if resumed else {}
        if resumed is not None:
            settings["resume"] = "must" if status.get("rows") else "never"
        settings.update(found)
        settings.update(self._options)
        self.tracker = MetricsTracker(output_dir, **settings)
        self._began = time.monotonic() - (status.get("elapsed_time_s") or 0.0)

    def row(self, epoch: object, step: object, values: Mapping[str, object]) -> None:
        """Write one row of what was logged at a step: an epoch row where there is the mean loss of an epoch among it."""
        logged = logged_values(values)
        if logged.epoch_loss is not None:
            self.epoch_row(epoch, values)
        elif self.tracker is not None:
            metrics = {"memory_mb": get_available_memory(), **logged.metrics}
            self.tracker.log_step(
                epoch, step, logged.loss, val_loss=logged.val_loss, learning_rate=logged.learning_rate, **metrics
            )

    def epoch_row(self, epoch: object, values: Mapping[str, object]) -> None:
        """Write the row that ends an epoch, and training_metrics.json."""
        if self.tracker is None:
            return
        logged = logged_values(values)
        mean = logged.loss if logged.epoch_loss is None else logged.epoch_loss
        metrics = {"memory_mb": get_available_memory(), **logged.metrics}
        self.tracker.log_epoch(epoch, mean, val_loss=logged.val_loss, learning_rate=logged.learning_rate, **metrics)
        self.tracker.save_json()

    def save(self) -> None:
        """Make the rows durable and write training_metrics.json."""
        if self.tracker is not None:
            self.tracker.save_json()

    def end(self, error: BaseException | None = None, *, samples: int | None = None) -> None:
        """Record how the training ended: finished, with its summary, or with an error."""
        if self.tracker is None:
            return
        self.save()
        if error is None:
            self.tracker.save_summary(total_time=time.monotonic() - self._began, total_samples=samples)
        else:
            self.tracker.__exit__(type(error), error, error.__traceback__)

    def close(self) -> None:
        """Record the end again after a row that came when the training was over (an evaluation of the finished model)."""
        if self.tracker is not None:
            self.tracker.close()
