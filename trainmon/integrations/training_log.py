"""What the integrations share: a tracker that is made when the training begins, and rows made of values by name."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping
from typing import TypedDict

from trainmon import wording
from trainmon.integrations.logged_names import LoggedValues, logged_values, only_numbers
from trainmon.tracking import notices
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
    """The log of the training that a library is running: begun, written row by row, ended, and begun again.

    `left_out` counts what was not logged on purpose; the first time of each is said.
    """

    def __init__(self, options: TrackerOptions) -> None:
        MetricsTracker(**options)  # writes nothing: a wrong argument raises here, and not when the training begins
        self._options = options
        self._began = 0.0
        self.tracker: MetricsTracker | None = None
        self.left_out = Counter[str]()

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
        """Write what was logged at a step: as its row, and as an epoch row where the mean loss of an epoch is among it."""
        if self.tracker is None:
            self.leave_out(wording.OUTSIDE_TRAINING)
            return
        logged = self._sorted(values)
        mean = logged.epoch_loss
        if mean is None or logged.loss is not None:
            _write_step(self.tracker, epoch, step, logged)
            logged = LoggedValues(None, None, None, None, {})  # all but the mean is in the step's row
        if mean is not None:
            _write_epoch(self.tracker, epoch, mean, logged)

    def epoch_row(self, epoch: object, values: Mapping[str, object]) -> None:
        """Write the row that ends an epoch; a loss among the values is the epoch's mean."""
        if self.tracker is not None:
            logged = self._sorted(values)
            _write_epoch(self.tracker, epoch, logged.epoch_loss if logged.loss is None else logged.loss, logged)

    def leave_out(self, what: str) -> None:
        """Count what is not logged on purpose, and say so the first time."""
        self.left_out[what] += 1
        if self.left_out[what] == 1:
            notices.warn(wording.left_out(what))

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

    def _sorted(self, values: Mapping[str, object]) -> LoggedValues:
        """Sort the values, and leave out what is not one number."""
        numbers = only_numbers(values)
        for name, value in values.items():
            if name not in numbers and value is not None:
                self.leave_out(wording.no_number(name))
        return logged_values(numbers)


def _write_step(tracker: MetricsTracker, epoch: object, step: object, logged: LoggedValues) -> None:
    """Write a row of what was logged at a step."""
    tracker.log_step(
        epoch, step, logged.loss, val_loss=logged.val_loss, learning_rate=logged.learning_rate, **_with_memory(logged.metrics)
    )


def _write_epoch(tracker: MetricsTracker, epoch: object, mean: float | None, logged: LoggedValues) -> None:
    """Write the row that ends an epoch, and training_metrics.json."""
    tracker.log_epoch(epoch, mean, val_loss=logged.val_loss, learning_rate=logged.learning_rate, **_with_memory(logged.metrics))
    tracker.save_json()


def _with_memory(metrics: Mapping[str, float]) -> dict[str, float | None]:
    """Return the metrics with the memory that is available now, where they do not say it themselves."""
    return {"memory_mb": get_available_memory(), **metrics}
