"""Accelerate: a tracker for loops of one's own that call `accelerator.log`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Unpack

from trainmon import wording
from trainmon.errors import MissingLibraryError
from trainmon.integrations.training_log import TrackerOptions, TrainingLog
from trainmon.tracking.tracker import MetricsTracker

try:
    from accelerate.tracking import GeneralTracker
except ImportError as error:
    raise MissingLibraryError(wording.missing_library(__name__, "accelerate", "accelerate")) from error


class TrainmonTracker(GeneralTracker):
    """Logs what goes to `accelerator.log`: `Accelerator(log_with=TrainmonTracker("checkpoints/run"))`.

    Of the names, `train_loss` or `loss` is the loss, `eval_loss` or `val_loss` the validation loss, `lr` the learning rate,
    `epoch` the epoch; the others are metrics of their own. Further arguments are those of MetricsTracker; the first step logged
    says whether the training resumes the one before. Accelerate calls a tracker on the main process only.
    """

    name = "trainmon"
    requires_logging_directory = False

    def __init__(self, output_dir: str | os.PathLike[str] = "checkpoints", **options: Unpack[TrackerOptions]) -> None:
        super().__init__()
        self._output_dir = output_dir
        self._log = TrainingLog(options)
        self.left_out = self._log.left_out
        self._config: dict[str, Any] = {}

    @property
    def tracker(self) -> MetricsTracker | None:
        """The MetricsTracker below, None before the first row."""
        return self._log.tracker

    def store_init_configuration(self, values: Mapping[str, Any]) -> None:
        """Keep the configuration given to `init_trackers`."""
        self._config = dict(values)

    def log(self, values: Mapping[str, Any], step: int | None = None, **_: Any) -> None:
        """Write a row."""
        if self._log.tracker is None:
            self._log.begin(self._output_dir, {"config": self._config})
        self._log.row(values.get("epoch"), step, {name: value for name, value in values.items() if name != "epoch"})

    def finish(self) -> None:
        """Write the summary."""
        self._log.end()
        self._log.tracker = None
