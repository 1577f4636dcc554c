"""The writers that are compared: each takes a step and logs the same six values for it."""

from __future__ import annotations

import csv
import importlib.util
import math
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from trainmon.files.format import METRICS_COLUMNS

PACKAGES = {"tensorboard": ("torch", "tensorboard"), "trackio": ("trackio",), "lightning": ("lightning",)}


class Writer(Protocol):
    """Logs six values of a step, and is closed at the end."""

    def log(self, step: int) -> None:
        """Log one step."""

    def close(self) -> None:
        """Let go of everything."""


def six_values(step: int) -> dict[str, float]:
    """Return six metrics that change with the step as a training's do."""
    wave = math.sin(step / 50)
    return {
        "loss": 2 / (1 + step / 1e4) + 0.01 * wave, "learning_rate": 1e-4 * (1 - step / 1e7), "memory_mb": 9000.5 + wave,
        "grad_norm": 1 + 0.1 * wave, "accuracy": 0.5 + 0.1 * wave, "samples_per_second": 120.25 + wave,
    }  # fmt: skip


VALUES = [six_values(step) for step in range(1000)]  # made before anything is measured


class PlainCsv:
    """csv.DictWriter with a flush a row: what a training without any tool does, with the columns of ours."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True)
        self._file = (directory / "log.csv").open("w", newline="", encoding="utf-8")
        names = [*METRICS_COLUMNS, *(name for name in VALUES[0] if name not in METRICS_COLUMNS)]
        self._writer = csv.DictWriter(self._file, names)
        self._writer.writeheader()
        self._began = time.monotonic()

    def log(self, step: int) -> None:
        """Log one step."""
        self._writer.writerow(
            {
                "timestamp": datetime.now(UTC).isoformat(timespec="microseconds"), "epoch": 0, "step": step, "phase": "train",
                "elapsed_time_s": round(time.monotonic() - self._began, 6), **VALUES[step % 1000],
            }
        )  # fmt: skip
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Trainmon:
    """A whole MetricsTracker."""

    def __init__(self, directory: Path) -> None:
        from trainmon import MetricsTracker

        self._tracker = MetricsTracker(directory)

    def log(self, step: int) -> None:
        """Log one step."""
        self._tracker.log_step(0, step, **VALUES[step % 1000])

    def close(self) -> None:
        """Close the tracker."""
        self._tracker.close()


class TensorBoard:
    """torch.utils.tensorboard's SummaryWriter, a scalar at a time as it is used."""

    def __init__(self, directory: Path) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(directory))

    def log(self, step: int) -> None:
        """Log one step."""
        for name, value in VALUES[step % 1000].items():
            self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        """Close the writer."""
        self._writer.close()


class Trackio:
    """Trackio's log call."""

    def __init__(self, directory: Path) -> None:
        os.environ["TRACKIO_DIR"] = str(directory)
        import trackio

        self._run = trackio.init(project="benchmark", name="one", embed=False)

    def log(self, step: int) -> None:
        """Log one step."""
        self._run.log(VALUES[step % 1000], step)

    def close(self) -> None:
        """Wait until its queue is empty."""
        self._run.finish()


class Lightning:
    """Lightning's CSVLogger with its own flush interval."""

    def __init__(self, directory: Path) -> None:
        from lightning.pytorch.loggers import CSVLogger

        self._logger = CSVLogger(directory)

    def log(self, step: int) -> None:
        """Log one step."""
        self._logger.log_metrics(VALUES[step % 1000], step)

    def close(self) -> None:
        """Write what waits."""
        self._logger.save()


WRITERS: dict[str, Callable[[Path], Any]] = {
    "csv": PlainCsv, "trainmon": Trainmon, "tensorboard": TensorBoard, "trackio": Trackio, "lightning": Lightning,
}  # fmt: skip


def installed(name: str) -> bool:
    """Say whether a peer's packages are there."""
    return all(importlib.util.find_spec(package) is not None for package in PACKAGES[name])
