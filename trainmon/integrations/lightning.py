"""Lightning: a logger for its Trainer, with the package `lightning` or `pytorch_lightning`."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import Any, Unpack

from trainmon import wording
from trainmon.errors import MissingLibraryError
from trainmon.integrations.logged_names import logged_values
from trainmon.integrations.training_log import TrackerOptions, TrainingLog

try:
    from lightning.pytorch.loggers import Logger
except ImportError:
    try:
        from pytorch_lightning.loggers import Logger
    except ImportError as error:
        raise MissingLibraryError(wording.missing_library(__name__, "lightning", "lightning")) from error


class TrainmonLogger(Logger):
    """Logs what a LightningModule logs: `Trainer(logger=TrainmonLogger("checkpoints/run"))`.

    Of the names, `train_loss` or `loss` is the loss, `train_loss_epoch` the mean of an epoch, `val_loss` the validation loss;
    the others are metrics of their own. Further arguments are those of MetricsTracker. Fabric takes it too.
    """

    def __init__(self, output_dir: str | os.PathLike[str] = "checkpoints", **options: Unpack[TrackerOptions]) -> None:
        super().__init__()
        self._output_dir = os.fspath(output_dir)
        self._log = TrainingLog(options)
        self.left_out = self._log.left_out
        self._config: dict[str, Any] = {}
        self._trainer: Any = None
        self._waiting: dict[str, object] = {}
        self._waiting_at: tuple[object, object] = (None, None)

    @property
    def name(self) -> str:
        """The name by which Lightning builds the path of its checkpoints; the directory says it all."""
        return ""

    @property
    def version(self) -> str:
        """The version in that path: attempts are told apart inside one directory."""
        return ""

    @property
    def save_dir(self) -> str:
        """The run's directory, below which Lightning puts its checkpoints."""
        return self._output_dir

    def log_hyperparams(self, params: Mapping[str, Any] | Namespace, *_: Any, **__: Any) -> None:
        """Keep the hyperparameters for the attempt that begins."""
        self._config = dict(vars(params) if isinstance(params, Namespace) else params)

    def log_graph(self, model: Any, input_array: Any = None) -> None:
        """Learn which Trainer this is: Lightning calls this before each fit, validation and test."""
        self._trainer = model.trainer
        if self._fitting:
            self._log.tracker = None

    def log_metrics(self, metrics: Mapping[str, object], step: int | None = None) -> None:
        """Write a row; values without a loss wait for the loss of their step (the learning rate is logged before it)."""
        trainer = self._trainer
        if trainer is not None and not trainer.is_global_zero:
            return
        if self._log.tracker is None:
            if not self._fitting:  # a validation or test of a model that was not trained here is no training
                self._log.leave_out(wording.OUTSIDE_TRAINING)
                return
            self._begin()
        values = dict(metrics)
        at = (values.pop("epoch", None if trainer is None else trainer.current_epoch), step)
        if at != self._waiting_at or values.keys() & self._waiting.keys():
            self._write_waiting()
        logged = logged_values(values)
        if logged.loss is logged.val_loss is logged.epoch_loss is None:
            self._waiting.update(values)
            self._waiting_at = at
        else:
            self._log.row(*at, {**self._waiting, **values})
            self._waiting = {}

    def finalize(self, status: str) -> None:
        """Record how the training ended; Lightning calls this while it handles the error where there was one."""
        self._write_waiting()
        if self._fitting:
            self._log.end(None if status == "success" else sys.exc_info()[1])
        else:
            self._log.close()

    @property
    def _fitting(self) -> bool:
        """True in a fit, and in a loop of one's own: Fabric has no Trainer."""
        return self._trainer is None or self._trainer.state.fn == "fit"

    def _begin(self) -> None:
        trainer = self._trainer
        found: TrackerOptions = {"config": self._config}
        if trainer is None:
            self._log.begin(self._output_dir, found)
            return
        steps = trainer.estimated_stepping_batches  # infinite for a training without an end
        if steps not in (-1, float("inf")):
            found["total_steps"] = int(steps)
        if trainer.max_epochs is not None and trainer.max_epochs > 0:
            found["total_epochs"] = trainer.max_epochs
        self._log.begin(self._output_dir, found, resumed=trainer.ckpt_path is not None)

    def _write_waiting(self) -> None:
        if self._waiting:
            self._log.row(*self._waiting_at, self._waiting)
            self._waiting = {}
