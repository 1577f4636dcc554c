"""Small trainings as files on disk, for tests of what is seen of them."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.logs import HEADER, write_log


def rows(
    *, epochs: int = 3, steps: int = 100, start: float | None = None, seconds: float = 1.0, floor: float = 0.5,
    memory: float | None = 8_000.0, validation: bool = True, first_epoch: int = 0,
) -> list[str]:  # fmt: skip
    """Return the rows of a training whose loss falls to `floor`, one every `seconds`; it ends now where no `start` is given."""
    total = epochs * (steps + 1)
    began = time.time() - total * seconds if start is None else start
    lines = []
    for epoch in range(first_epoch, first_epoch + epochs):
        for step in range(steps):
            done = (epoch - first_epoch) * steps + step
            at = began + (done + 1) * seconds
            loss = floor + 3 * math.exp(-3 * done / (epochs * steps)) + 0.05 * math.sin(7 * done)
            free = "" if memory is None else f"{memory - done:.0f}"
            lines.append(f"{_stamp(at)},{epoch},{step},train,{loss:.6f},,1e-05,{free},{at - began:.3f}")
        val_loss = f"{loss + 0.1:.6f}" if validation else ""
        lines.append(f"{_stamp(at)},{epoch},,epoch,{loss:.6f},{val_loss},1e-05,,{at - began:.3f}")
    return lines


def write_run(
    directory: Path,
    lines: Iterable[str] | None = None,
    *,
    config: Mapping[str, Any] | None = None,
    header: str = HEADER,
    **how: Any,
) -> Path:
    """Write a checkpoint directory with the given rows, or with those of `rows(**how)`, and return it."""
    write_log(directory, rows(**how) if lines is None else lines, header)
    if config is not None:
        summary = {"training_date": _stamp(0), "training_config": dict(config), "total_time_seconds": 10.0}
        (directory / "training_summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return directory


def append(directory: Path, lines: Iterable[str]) -> None:
    """Append rows to the log of a checkpoint directory, as a training does."""
    with (directory / "training_metrics.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat(timespec="microseconds")
