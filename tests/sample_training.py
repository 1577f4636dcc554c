"""The training whose screen and report the guides show: 2,414 samples an epoch on a Mac, a row every 50 steps."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.logs import write_log
from trainmon.analysis import Analysis, analyse
from trainmon.runs.opening import open_run

EPOCHS, STEPS, LOGGED_EVERY = 3, 2414, 50
TOTAL_SECONDS = 8460.0
SECONDS = TOTAL_SECONDS / (EPOCHS * STEPS)  # a step
CONFIG = {"num_epochs": EPOCHS, "batch_size": 1, "learning_rate": 1e-5, "max_seq_length": 256}
NOW = datetime(2025, 11, 9, 14, 30, 45).astimezone().timestamp()
SHOWN_PATH = Path("/Users/ana/mistral/checkpoints")


def in_its_last_epoch(folder: Path) -> Analysis:
    """Write the training up to step 450 of its last epoch and return what is known of it 20 seconds later."""
    return _written(folder / "checkpoints", 2 * STEPS + 451)


def when_finished(folder: Path) -> Analysis:
    """Write the whole training and its summary, and return what is known of it."""
    directory = folder / "checkpoints"
    directory.mkdir(parents=True)
    summary = {
        "total_time_seconds": TOTAL_SECONDS, "total_samples_processed": STEPS, "samples_per_second": STEPS / TOTAL_SECONDS,
        "training_config": CONFIG,
    }  # fmt: skip
    (directory / "training_summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return _written(directory, EPOCHS * STEPS)


def _written(directory: Path, steps: int) -> Analysis:
    attempt = {"id": "1", "first_row": 0, "host": "ana-mac", "total_epochs": EPOCHS, "config": CONFIG}
    write_log(directory, _rows(steps, began=NOW - 20 - SECONDS * steps))
    (directory / "training_run.json").write_text(json.dumps({"format": 1, "attempts": [attempt]}), encoding="utf-8")
    return analyse(replace(open_run(directory), path=SHOWN_PATH), now=NOW)


def _rows(steps: int, began: float) -> list[str]:
    lines = []
    for done in range(steps):
        epoch, step = divmod(done, STEPS)
        elapsed = SECONDS * (done + 1)
        moment = datetime.fromtimestamp(began + elapsed, tz=UTC).isoformat(timespec="microseconds")
        mean = 1.0 + 3.3 * math.exp(-done / 1400)
        if step % LOGGED_EVERY == 0:
            loss, memory = mean + 0.08 * math.sin(done * done), 8500 + 60 * math.sin(7 * done)
            lines.append(f"{moment},{epoch},{step},train,{loss:.6f},,1e-05,{memory:.0f},{elapsed:.3f}")
        if step == STEPS - 1:
            lines.append(f"{moment},{epoch},,epoch,{mean:.6f},{mean + 0.02 * epoch:.6f},1e-05,,{elapsed:.3f}")
    return lines
