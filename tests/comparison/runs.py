"""Small runs to compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.logs import HEADER, train, write_log
from trainmon.runs.opening import open_run
from trainmon.runs.run import Run


def made(directory: Path, losses: Sequence[float], config: dict[str, Any] | None = None, **more: Sequence[float]) -> Run:
    """Write a run with these losses, one a step, with the settings `config`, and with `more` metrics by name; open it."""
    rows = [train(0, step, loss) for step, loss in enumerate(losses)]
    rows = [",".join([row, *(str(values[at]) for values in more.values())]) for at, row in enumerate(rows)]
    write_log(directory, rows, ",".join([HEADER, *more]))
    (directory / "training_summary.json").write_text(json.dumps({"training_config": config or {}}))
    return open_run(directory)


def falling(floor: float, rows: int = 200, *, seed: int = 0, noise: float = 0.02) -> list[float]:
    """Return a loss that falls to `floor` with noise in parts of it."""
    drawn = np.random.default_rng(seed).normal(size=rows)
    return list(np.round((floor + 2 * np.exp(-5 * np.linspace(0, 1, rows))) * (1 + noise * drawn), 6))
