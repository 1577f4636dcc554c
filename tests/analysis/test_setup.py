"""Which library a training runs on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.diagnosis.as_run import START, run_of_columns
from trainmon.analysis import analyse
from trainmon.analysis.setup import setup_of
from trainmon.runs.run import AttemptRecord, Run
from trainmon.wording import finding_words

FLAT = np.full(40, 2.0)


def a_run(config: dict[str, Any], log: str = "trainmon", packages: dict[str, str] | None = None) -> Run:
    """Return a run with a configuration, the log of a library, or the packages that its process had imported."""
    every = np.ones(len(FLAT))
    made = run_of_columns({"step": (np.arange(40.0), every), "loss": (FLAT, every)}, START + np.arange(40.0))
    record = AttemptRecord("a", 0, config=config, environment={"packages": packages} if packages is not None else {})
    return replace(made, config=config, format=log, attempts=(replace(made.attempts[0], record=record),), chains=made.chains)


@pytest.mark.parametrize(
    ("run", "library"),
    [
        (a_run({"per_device_train_batch_size": 1, "optimizer": "adam", "model": "m"}), "huggingface"),
        (a_run({"iters": 100, "steps_per_report": 10, "grad_checkpoint": False, "batch_size": 1}), "mlx"),
        (a_run({"imgsz": 640, "lr0": 0.01, "lrf": 0.01}), "ultralytics"),
        (a_run({"model": "m", "steps_per_epoch": 4, "optimizer": {"name": "Adam"}}), "keras"),
        (a_run({"max_steps": 40}, "hf_trainer_state"), "huggingface"),
        (a_run({}, "yolo_results_csv"), "ultralytics"),
        (a_run({"hidden": 8}, packages={"torch": "2.9", "lightning": "2.5"}), "lightning"),
        (a_run({"batch_size": 1, "learning_rate": 1e-5}, packages={"torch": "2.9"}), ""),
        (a_run({}), ""),
    ],
)
def test_a_library_is_known_by_its_settings_its_log_or_its_package(run: Run, library: str) -> None:
    stretch = analyse(run, now=START + 1e6).stretch
    assert stretch is not None
    recorded = replace(stretch, attempts=run.attempts)
    assert setup_of(recorded).library == library


def test_the_advice_of_a_run_names_its_settings() -> None:
    run = a_run({"per_device_train_batch_size": 1, "learning_rate": 1e-6, "logging_nan_inf_filter": True})
    rate = np.where(np.arange(40) < 30, FLAT, np.nan)
    columns = {"step": (np.arange(40.0), np.ones(40)), "loss": (rate, np.ones(40))}
    broken = replace(run_of_columns(columns, START + np.arange(40.0)), config=run.config)
    found = analyse(broken, now=START + 1e6).diagnosis.headline
    assert found is not None
    assert finding_words(found).advice[0] == "lower the learning rate: learning_rate=1e-07 (now 1e-06)"
