"""What the libraries themselves write, read beside their own readers where they have one."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainmon.runs.opening import find_runs, open_run
from trainmon.runs.run import Run

pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours

WANDB = """
import math, sys, wandb
config = {"lr": 0.1, "model": {"layers": 3}}
run = wandb.init(project="p", mode="offline", name="calm lake", tags=["a"], config=config, dir=sys.argv[1])
for step in range(300):
    run.log({"train/loss": 1 / (step + 1), "gpu": {"power": step}, "note": "x" * 300, "odd": math.nan})
    if step % 100 == 99:
        run.log({"val/loss": 0.5})
run.log({"weights": wandb.Histogram([1, 2, 3])})
run.finish(exit_code=int(sys.argv[2]))
"""
TRACKIO = """
import math, trackio
for name in ("first run", "second"):
    trackio.init(project="my project", name=name, config={"lr": 0.1})
    for step in range(20):
        trackio.log({"train/loss": 1 / (step + 1), "eval": {"loss": 0.5}, "odd": math.nan})
    trackio.finish()
"""


def series(run: Run, name: str) -> list[tuple[float, float]]:
    column = run.rows.columns[name]
    return list(zip(run.rows.values("step")[column.logged].tolist(), column.values[column.logged].tolist(), strict=True))


def as_tensorboard_reads(folder: Path) -> dict[str, list[tuple[float, float]]]:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    reader = accumulator.EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    reader.Reload()
    found = {tag: [(point.step, point.value) for point in reader.Scalars(tag)] for tag in reader.Tags()["scalars"]}
    numbers = pytest.importorskip("tensorboard.util.tensor_util").make_ndarray
    for tag in reader.Tags()["tensors"]:
        if reader.SummaryMetadata(tag).plugin_data.plugin_name == "scalars":
            found[tag] = [(point.step, float(numbers(point.tensor_proto))) for point in reader.Tensors(tag)]
    return found


def all_series(run: Run) -> dict[str, list[tuple[float, float]]]:
    return {name: series(run, name) for name in run.rows.columns if name != "step"}


@pytest.mark.parametrize("library", ["tensorboardX", "torch.utils.tensorboard"])
def test_a_summary_writers_scalars_are_those_that_tensorboard_shows(tmp_path: Path, library: str) -> None:
    writer: Any = pytest.importorskip(library, exc_type=ImportError).SummaryWriter(str(tmp_path))
    for step in range(300):
        writer.add_scalar("Loss/train", 1 / (step + 1), step)
        writer.add_scalar("lr", 0.1 * 0.9**step, step)
        if step % 50 == 49:
            writer.add_scalar("Loss/val", math.nan if step == 99 else 0.5, step)
            writer.add_histogram("weights", np.arange(10.0), step)
    writer.add_text("config", '{"num_epochs": 3}')
    writer.close()
    run = open_run(tmp_path)
    np.testing.assert_equal(all_series(run), as_tensorboard_reads(tmp_path))
    assert (run.rows.roles["train_loss"], run.rows.roles["eval_loss"]) == ("Loss/train", "Loss/val")
    assert (run.problems, run.plan.total_epochs) == ((), 3)


def test_hyperparameters_that_a_summary_writer_wrote_are_the_configuration(tmp_path: Path) -> None:
    writer = pytest.importorskip("tensorboardX").SummaryWriter(str(tmp_path))
    writer.add_hparams({"lr": 0.1, "optimizer": "adam", "nesterov": True}, {"accuracy": 0.5}, name="here")
    writer.close()
    configs = [run.config for run in find_runs(tmp_path)]
    assert {"lr": 0.1, "optimizer": "adam", "nesterov": True} in configs


def test_scalars_that_are_added_together_are_one_run(tmp_path: Path) -> None:
    writer: Any = pytest.importorskip("torch.utils.tensorboard", exc_type=ImportError).SummaryWriter(str(tmp_path / "run"))
    for step in range(5):
        writer.add_scalars("Loss/epoch", {"train": 1 / (step + 1), "val": 0.5}, step)
    writer.close()
    (run,) = find_runs(tmp_path)
    assert [value for _, value in series(run, "train/Loss/epoch")] == [float(np.float32(1 / (step + 1))) for step in range(5)]
    assert (run.rows.roles["train_loss"], run.rows.roles["eval_loss"]) == ("train/Loss/epoch", "val/Loss/epoch")


def test_scalars_that_are_tensors_are_those_that_tensorboard_shows(tmp_path: Path) -> None:
    writer = pytest.importorskip("tensorboard.summary").Writer(str(tmp_path))
    for step in range(300):
        writer.add_scalar("epoch_loss", 1 / (step + 1), step=step)
    writer.close()
    run = open_run(tmp_path)
    assert len(series(run, "epoch_loss")) == 300
    assert all_series(run) == as_tensorboard_reads(tmp_path)


@pytest.mark.parametrize(("code", "state"), [(0, "finished"), (1, "failed")])
def test_an_offline_run_of_wandb_is_read_whole(tmp_path: Path, code: int, state: str) -> None:
    pytest.importorskip("wandb")
    environment = {**os.environ, "WANDB_SILENT": "true"}
    subprocess.run([sys.executable, "-c", WANDB, str(tmp_path), str(code)], check=code == 0, env=environment, timeout=120)
    (run,) = find_runs(tmp_path)
    assert (run.name, run.tags, run.config, run.problems) == ("calm lake", ("a",), {"lr": 0.1, "model": {"layers": 3}}, ())
    assert [value for _, value in series(run, "train/loss")] == [1 / (step + 1) for step in range(300)]
    assert [step for step, _ in series(run, "val/loss")] == [100, 201, 302]
    assert not any(name.startswith("weights") for name in run.rows.columns)
    assert run.attempts[0].record is not None
    assert run.attempts[0].record.end == state


def test_the_runs_of_a_trackio_store_are_read_whole(tmp_path: Path) -> None:
    pytest.importorskip("trackio")
    environment = {**os.environ, "TRACKIO_DIR": str(tmp_path), "TRACKIO_LOCAL": "1"}
    subprocess.run([sys.executable, "-c", TRACKIO], check=True, env=environment, timeout=120, capture_output=True)
    found = {run.name: run for run in find_runs(tmp_path)}
    assert set(found) == {"first run", "second"}
    assert series(found["second"], "train/loss") == [(step, 1 / (step + 1)) for step in range(20)]
    assert found["second"].config == {"lr": 0.1}
    assert found["second"].rows.columns["odd"].logged.all()
