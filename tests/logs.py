"""Small real log files for tests: rows are written as text, exactly as given."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from trainmon.runs.opening import open_run
from trainmon.runs.run import Run

HEADER = "timestamp,epoch,step,phase,loss,val_loss,learning_rate,memory_mb,elapsed_time_s"


def stamp(seconds: float) -> str:
    """Return a moment, in seconds after 2026-01-01 00:00 UTC, as the writer writes it."""
    from datetime import UTC, datetime, timedelta

    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat()


def train(epoch: object, step: object, loss: object = 1.0, *, at: float | None = None, elapsed: object = "") -> str:
    """Return one train row; `at` in seconds after the start of 2026."""
    return f"{'' if at is None else stamp(at)},{epoch},{step},train,{loss},,1e-05,8000,{elapsed}"


def epoch_row(epoch: object, loss: object = 1.0, val: object = "", *, at: float | None = None, elapsed: object = "") -> str:
    """Return one epoch row."""
    return f"{'' if at is None else stamp(at)},{epoch},,epoch,{loss},{val},1e-05,,{elapsed}"


def write_log(directory: Path, rows: Iterable[str], header: str = HEADER) -> Path:
    """Write rows below a header into the directory's training_metrics.csv and return the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in (header, *rows))
    (directory / "training_metrics.csv").write_text(text, encoding="utf-8")
    return directory


def run_of(directory: Path, rows: Iterable[str], header: str = HEADER) -> Run:
    """Write a log and return the run that it is read as."""
    return open_run(write_log(directory, rows, header))
