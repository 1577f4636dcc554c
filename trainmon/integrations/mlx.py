"""MLX-LM: a callback for its training on Apple silicon."""

from __future__ import annotations

import os
from typing import Any, Unpack

from trainmon import wording
from trainmon.errors import MissingLibraryError
from trainmon.integrations.training_log import TrackerOptions, TrainingLog

try:
    from mlx.core import distributed
    from mlx_lm.tuner.callbacks import TrainingCallback
except ImportError as error:
    raise MissingLibraryError(wording.missing_library(__name__, "mlx-lm", "mlx-lm")) from error


class TrainmonCallback(TrainingCallback):
    """Logs what mlx-lm reports: `train(..., args=args, training_callback=TrainmonCallback("adapters", args))`.

    `args` are mlx-lm's TrainingArgs, or the arguments of its command line: they say how long the training means to be.
    mlx-lm counts from 1 again where it goes on from saved adapters: `iterations_before` says how many came before. Further
    arguments are those of MetricsTracker.
    """

    def __init__(
        self,
        output_dir: str | os.PathLike[str] = "adapters",
        args: Any = None,
        *,
        iterations_before: int = 0,
        **options: Unpack[TrackerOptions],
    ) -> None:
        self._output_dir = output_dir
        self._before = iterations_before
        self._config = {} if args is None else dict(vars(args))
        self._iterations: int | None = self._config.get("iters")
        self._log = TrainingLog(options)

    def on_train_loss_report(self, train_info: dict[str, Any]) -> None:
        """Write a train row; the last iteration ends the training, for which mlx-lm has no call."""
        self._row(train_info)
        if train_info["iteration"] == self._iterations:
            self._log.end()

    def on_val_loss_report(self, val_info: dict[str, Any]) -> None:
        """Write an eval row."""
        self._row(val_info)

    def close(self) -> None:
        """Record a training as finished whose number of iterations was not given."""
        self._log.end()

    def _row(self, info: dict[str, Any]) -> None:
        if distributed.init().rank() > 0:  # mlx-lm reports in every process of a distributed training
            return
        values = dict(info)
        step = self._before + values.pop("iteration")
        if self._log.tracker is None:
            self._begin()
        self._log.row(None, step, values)  # mlx-lm knows no epochs

    def _begin(self) -> None:
        found: TrackerOptions = {"config": self._config}
        if self._iterations is not None:
            found["total_steps"] = self._before + self._iterations
        self._log.begin(self._output_dir, found, resumed=self._before > 0)
