"""What a Trainer logs for TensorBoard below its output directory: the rows between the states that it saves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from tests import event_files as write
from tests.runs.readers.documents.test_hf_trainer_state import save, saved_steps
from trainmon.analysis import analyse
from trainmon.runs.library import Library
from trainmon.runs.opening import find_runs, open_run

FIRST, SECOND = "Nov14_22-13-20_host", "Nov15_10-00-00_host"
ARGUMENTS = {"output_dir": "out", "per_device_train_batch_size": 4, "num_train_epochs": 2, "max_steps": -1, "seed": 7}


def arguments(**more: object) -> bytes:
    return write.event(write.text("args", json.dumps({**ARGUMENTS, **more})))


def log(folder: Path, steps: Iterable[int], *, training: str = FIRST, factor: float = 10.0, begin: bytes = b"") -> None:
    """Log as the Trainer's callback does: all of one entry at one step, its epoch included."""
    late = 0.0 if training == FIRST else 1e4
    events = folder / "runs" / training
    events.mkdir(parents=True, exist_ok=True)
    with (events / f"events.out.tfevents.{write.START + late:.0f}.host.1.0").open("ab") as file:
        file.write(begin)
        for step in steps:
            for tag, value in (("train/loss", factor / step), ("train/epoch", step / 50)):
                file.write(write.event(write.scalar(tag, value), step=step, time=write.START + late + step))


def test_a_run_is_the_same_before_and_after_the_first_state_and_has_the_rows_between_two(tmp_path: Path) -> None:
    watched = Library([tmp_path])
    log(tmp_path / "out", [10, 20], begin=arguments())
    watched.refresh()
    (before,) = watched.runs()
    assert (before.format, before.path.name, saved_steps(before)) == ("hf_trainer_state", "out", [10, 20])
    assert (before.config["seed"], before.plan.total_epochs, before.plan.total_steps) == (7, 2, None)
    save(tmp_path / "out" / "checkpoint-20", 20)
    log(tmp_path / "out", [30])
    watched.refresh()
    (after,) = watched.runs()
    assert (after.id, after.plan.total_steps, saved_steps(after)) == (before.id, 100, [10, 20, 30])
    assert after.rows.values("train_loss").tolist() == [1, 0.5, np.float32(1 / 3)]
    assert after.rows.time.tolist() == [write.START + step for step in (10, 20, 30)]


def test_a_training_that_saves_nothing_is_finished_by_its_closing_sums(tmp_path: Path) -> None:
    log(tmp_path, [10, 20], begin=arguments())
    closing = [write.scalar(f"train/{name}", 3.0) for name in ("train_runtime", "train_loss", "epoch")]
    log(tmp_path, [], begin=b"".join(write.event(value, step=20, time=write.START + 21) for value in closing))
    run = open_run(tmp_path)
    assert (analyse(run, now=0.0).state.word, "train_loss" in run.rows.columns) == ("finished", False)
    assert run.summary["train_runtime"] == 3.0


def test_steps_that_are_limited_leave_no_plan_of_epochs(tmp_path: Path) -> None:
    log(tmp_path, [10], begin=arguments(max_steps=40))
    assert (open_run(tmp_path).plan.total_steps, open_run(tmp_path).plan.total_epochs) == (40, None)


@pytest.mark.parametrize(("first", "steps"), [(10, [10, 20]), (60, [*range(10, 60, 10), 60, 70])])
def test_a_training_begun_again_or_taken_up_is_seen_before_it_saves(tmp_path: Path, first: int, steps: list[int]) -> None:
    log(tmp_path, range(10, 101, 10), begin=arguments())
    save(tmp_path / "checkpoint-100", 100)
    assert analyse(open_run(tmp_path), now=0.0).state.word == "finished"
    log(tmp_path, [first, first + 10], training=SECOND, factor=11.0, begin=arguments())
    run = open_run(tmp_path)
    assert saved_steps(run) == steps
    assert analyse(run, now=write.START + 1e4 + first + 10).state.word == "running"


def test_a_state_without_numbers_where_losses_belong_hinders_nothing(tmp_path: Path) -> None:
    log(tmp_path, [10, 20], begin=arguments())
    save(tmp_path / "checkpoint-20", 20, [{"step": 10, "loss": "high"}, {"step": None}, {"loss": 1}])
    assert saved_steps(open_run(tmp_path))[-2:] == [10, 20]


def test_events_of_another_tool_in_such_a_folder_are_runs_of_their_own(tmp_path: Path) -> None:
    log(tmp_path, [10, 20], begin=write.event(write.text("args", "lr 0.1")))
    log(tmp_path, [10], training=SECOND)
    assert {run.format for run in find_runs(tmp_path)} == {"tensorboard"}


def test_trainings_that_saved_nothing_stay_apart(tmp_path: Path) -> None:
    log(tmp_path, [10, 20], begin=arguments())
    log(tmp_path, [10, 20], training=SECOND, begin=arguments())
    assert sorted(run.path.name for run in find_runs(tmp_path)) == [FIRST, SECOND]
