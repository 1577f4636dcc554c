"""MLX-LM: a callback for its training on Apple silicon."""

from __future__ import annotations

import csv
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Unpack

from trainmon import wording
from trainmon.errors import MissingLibraryError
from trainmon.files.format import METRICS_CSV
from trainmon.integrations.training_log import TrackerOptions, TrainingLog

try:
    from mlx.core import distributed
    from mlx_lm.tuner.callbacks import TrainingCallback
except ImportError as error:
    raise MissingLibraryError(wording.missing_library(__name__, "mlx-lm", "mlx-lm")) from error

TOKENS = "trained_tokens"  # so far, by mlx-lm's count since its own start


class TrainmonCallback(TrainingCallback):
    """Logs what mlx-lm reports: `train(..., args=args, training_callback=TrainmonCallback("adapters", args))`.

    `args` are mlx-lm's TrainingArgs, or the arguments of its command line: they say how long the training means to be.
    mlx-lm counts from 1 again where it goes on from saved adapters: `iterations_before` says how many came before, and the
    tokens that they trained are those of the log. Further arguments are those of MetricsTracker.
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
        self._tokens_before = 0
        self._config = {} if args is None else dict(vars(args))
        self._iterations: int | None = self._config.get("iters")
        self._log = TrainingLog(options)
        self.left_out = self._log.left_out

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
        if TOKENS in values:
            values[TOKENS] += self._tokens_before
        self._log.row(None, step, values)  # mlx-lm knows no epochs

    def _begin(self) -> None:
        found: TrackerOptions = {"config": self._config}
        if self._iterations is not None:
            found["total_steps"] = self._before + self._iterations
        self._tokens_before = _trained_tokens(self._output_dir, self._before) if self._before else 0
        self._log.begin(self._output_dir, found, resumed=self._before > 0)


def _trained_tokens(directory: str | os.PathLike[str], step: int) -> int:
    """Return how many tokens were trained up to a step by the newest row that tells; 0 where none can be read."""
    found = 0
    with suppress(OSError, csv.Error), Path(directory, METRICS_CSV).open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file):
            with suppress(KeyError, TypeError, ValueError, OverflowError):  # a row without tokens, or a torn one
                if float(row["step"]) <= step:
                    found = int(float(row[TOKENS]))
    return found
