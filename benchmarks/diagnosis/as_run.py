"""A log as the run that a reader would make of it, without a file in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.diagnosis.healthy import Log
from benchmarks.diagnosis.noise import Floats
from trainmon.runs.attempts import find_attempts, global_steps
from trainmon.runs.readers.contents import roles_of
from trainmon.runs.readers.run_record import plan_of
from trainmon.runs.run import NO_SAMPLES, AttemptRecord, Checkpoint, Column, End, Rows, Run, Samples

START = 1.7e9  # seconds since 1970, of the first row


def run_of_columns(
    columns: dict[str, tuple[Floats, Floats]], time: Floats, saved: tuple[Checkpoint, ...] = (), end: End | None = None
) -> Run:
    """Return the run of columns, each with its values and which cells were logged (not blank), [rows]."""
    made = {
        name: Column(name, np.where(logged.astype(bool), values, np.nan), logged.astype(bool))
        for name, (values, logged) in columns.items()
    }
    rows = Rows(len(time), time, np.zeros(len(time), dtype=np.int8), made, {}, roles_of(list(made)))
    attempts, chains = find_attempts(rows, [AttemptRecord("bench", 0, end=end)] if end else [])
    steps = global_steps(rows, chains)
    return Run("bench", "bench", Path("bench"), "trainmon", rows, attempts, chains, steps, checkpoints=saved)


def run_of(log: Log, *, rows: slice = slice(None), factor: float = 1.0) -> Run:
    """Return the run of a log: of some of its rows, its losses times a factor."""
    count = log.rows
    bad = np.isin(np.arange(count), list(log.bad))
    step = np.arange(count, dtype=np.float64) * 10 if log.step is None else log.step
    gradient = np.full(count, np.nan) if log.gradient is None else log.gradient
    cells = {
        "step": (step, np.ones(count)),
        "loss": (log.loss * factor, np.isfinite(log.loss) | bad),
        "val_loss": (log.val * factor, np.isfinite(log.val)),
        "learning_rate": (log.rate, np.isfinite(log.rate)),
        "grad_norm": (gradient, np.full(count, log.gradient is not None)),
        "memory_mb": (log.memory, np.isfinite(log.memory)),
        "samples_per_second": (log.speed, np.isfinite(log.speed)),
        **{name: (values, np.isfinite(values)) for name, values in log.extra.items()},
    }
    kept = {
        name: (values[rows], np.asarray(logged, dtype=np.float64)[rows])
        for name, (values, logged) in cells.items()
        if np.any(logged)
    }
    made = run_of_columns(kept, START + log.seconds[rows], log.saved, log.end)
    samples = samples_of({name: values[rows] for name, values in log.samples.items()}, made.rows.time)
    return replace(made, config=log.config, plan=plan_of((), log.config, {}), samples=samples)


def samples_of(columns: Mapping[str, Floats], time: Floats) -> Samples:
    """Return columns of readings of the machine at some times, both [n]."""
    made = {name: Column(name, values, np.isfinite(values)) for name, values in columns.items()}
    return Samples(len(time), time, made) if made else NO_SAMPLES
