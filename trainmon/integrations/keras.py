"""Keras: a callback for `fit`, on any of its backends."""

from __future__ import annotations

import os
from typing import Any, Unpack

from trainmon import wording
from trainmon.errors import MissingLibraryError, UsageError
from trainmon.integrations.training_log import TrackerOptions, TrainingLog

try:
    from keras.callbacks import Callback
except ImportError as error:
    raise MissingLibraryError(wording.missing_library(__name__, "keras", "keras")) from error


class TrainmonCallback(Callback):
    """Logs what Keras logs at the end of each epoch: `model.fit(..., callbacks=[TrainmonCallback("checkpoints/run")])`.

    With `every=N` each Nth batch is logged too; its figures are then what Keras's progress bar shows, means since the epoch
    began, and its step is the number of batches since then. Further arguments are those of MetricsTracker. A fit with an
    `initial_epoch`, or one that BackupAndRestore resumed, resumes its chain.
    """

    def __init__(
        self, output_dir: str | os.PathLike[str] = "checkpoints", *, every: int | None = None, **options: Unpack[TrackerOptions]
    ) -> None:
        super().__init__()
        if every is not None and every < 1:
            raise UsageError(f"every must be a number of batches above 0, or None; got {every!r}")
        self._output_dir = output_dir
        self._every = every
        self._log = TrainingLog(options)
        self.left_out = self._log.left_out
        self._epoch = self._batches = 0
        if every is not None:
            self.on_train_batch_end = self._on_nth_batch  # a method of the class would make Keras wait for every batch

    def on_train_begin(self, logs: Any = None) -> None:
        """Forget the attempt before; the first epoch says whether this one resumes it."""
        self._log.tracker = None

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begin an attempt at the first epoch."""
        self._epoch, self._batches = epoch, 0
        if self._log.tracker is not None:
            return
        epochs, steps = self.params.get("epochs"), self.params.get("steps")
        found: TrackerOptions = {"config": self._config(), "total_epochs": epochs}
        if self._every is not None and epochs and steps:
            found["total_steps"] = epochs * steps
        self._log.begin(self._output_dir, found, resumed=epoch > 0)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write an epoch row."""
        self._log.epoch_row(epoch, {"learning_rate": self._learning_rate(), **(logs or {})})

    def on_train_end(self, logs: Any = None) -> None:
        """Write the summary."""
        self._log.end()

    def _on_nth_batch(self, batch: int, logs: Any = None) -> None:
        before, self._batches = self._batches, batch + 1  # one call may stand for several batches (steps_per_execution)
        if self._every is not None and self._batches // self._every > before // self._every:
            self._log.row(self._epoch, self._batches, {"learning_rate": self._learning_rate(), **(logs or {})})

    def _learning_rate(self) -> float | None:
        optimizer = getattr(self.model, "optimizer", None)
        return None if optimizer is None else float(optimizer.learning_rate)

    def _config(self) -> dict[str, Any]:
        optimizer = getattr(self.model, "optimizer", None)
        return {
            "model": self.model.name,
            "parameters": self.model.count_params() if self.model.built else None,
            "epochs": self.params.get("epochs"),
            "steps_per_epoch": self.params.get("steps"),
            "optimizer": {} if optimizer is None else {**optimizer.get_config(), "name": type(optimizer).__name__},
        }
