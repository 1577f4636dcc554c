"""What a configuration says of the learning rate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.diagnosis.as_run import START, run_of_columns
from trainmon.analysis import analyse
from trainmon.analysis.progress import progress
from trainmon.analysis.schedule import schedule_of
from trainmon.diagnosis.inputs import Schedule
from trainmon.runs.readers.run_record import plan_of

TRAINER = {"per_device_train_batch_size": 1, "max_steps": 200, "learning_rate": 2e-4}


def schedule(config: dict[str, Any]) -> Schedule | None:
    """Return the schedule of a training that did 100 steps."""
    every = np.ones(100)
    run = run_of_columns(
        {"step": (np.arange(1.0, 101), every), "loss": (np.linspace(2, 1, 100), every)}, START + np.arange(100.0)
    )
    stretch = analyse(replace(run, config=config, plan=plan_of((), config, {})), now=START + 1e6).stretch
    assert stretch is not None
    return schedule_of(stretch, progress(stretch))


def test_the_trainer_of_transformers_names_its_schedule_and_warm_up() -> None:
    found = schedule({**TRAINER, "lr_scheduler_type": "cosine", "warmup_ratio": 0.1, "warmup_steps": 0})
    assert found == Schedule(2e-4, 20.0, 0.1, falls=True, to_zero=True, done=0.5, plan_done=0.5)
    assert schedule({**TRAINER, "lr_scheduler_type": "constant", "warmup_steps": 50}) == Schedule(
        2e-4, 50.0, 0.25, done=0.5, plan_done=0.5
    )
    fifth = schedule({**TRAINER, "lr_scheduler_type": "linear", "warmup_steps": 0.05})
    assert fifth is not None
    assert fifth.warm_up == 10


def test_mlx_gives_its_schedule_with_its_own_length() -> None:
    found = schedule({"iters": 400, "lr_schedule": {"name": "cosine_decay", "warmup": 100, "arguments": [1e-5, 300, 1e-7]}})
    assert found == Schedule(None, 100, 0.25, falls=True, done=0.25, plan_done=0.25)


def test_keras_describes_its_optimizer() -> None:
    decay = {"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.1, "decay_steps": 1000}}
    found = schedule({"optimizer": {"name": "SGD", "learning_rate": decay}})
    assert found is not None
    assert (found.falls, found.done) == (True, 0.1)
    constant = schedule({"optimizer": {"name": "SGD", "learning_rate": 0.1}})
    assert constant is not None
    assert (constant.rate, constant.falls) == (0.1, False)


def test_ultralytics_ends_where_lrf_says() -> None:
    found = schedule({"lr0": 0.01, "lrf": 0.01, "epochs": 10})
    assert found is not None
    assert (found.falls, found.to_zero) == (True, True)


@pytest.mark.parametrize("config", [{}, {"batch_size": 4}, {"learning_rate": "2e-4"}, {"lr_scheduler_type": None}])
def test_a_configuration_that_says_nothing_of_it_gives_none(config: dict[str, Any]) -> None:
    assert schedule(config) is None


@pytest.mark.parametrize(
    "odd", [{"lr_schedule": {"arguments": "x"}}, {"optimizer": {"learning_rate": {"config": 3}}}, {"lr": True}]
)
def test_an_odd_configuration_raises_nothing(odd: dict[str, Any]) -> None:
    found = schedule(odd)
    assert found is None or not found.falls
