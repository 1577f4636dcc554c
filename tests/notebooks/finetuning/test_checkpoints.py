"""Checkpoints: the newest two and the best are kept, nothing half is ever one, and an earlier training is moved."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from notebooks.finetuning.checkpoints import Checkpoints
from notebooks.finetuning.encoding import Batch
from notebooks.finetuning.progress import Progress
from notebooks.finetuning.random_numbers import seed_random_numbers
from notebooks.finetuning.stop import Stop

Capture = pytest.CaptureFixture[str]


class SmallEngine:
    """A model of one number, saved as text."""

    def __init__(self) -> None:
        self.weight, self.momentum = 0.0, 0.0

    def step(self, batches: Sequence[Batch], learning_rate: float) -> tuple[float, float]:
        self.momentum += learning_rate * len(batches)
        self.weight -= self.momentum
        return abs(self.weight), self.momentum

    def loss(self, batch: Batch) -> tuple[float, int]:
        return abs(self.weight), len(batch)

    def answer(self, prompt: Sequence[int], longest: int) -> list[int]:
        return list(prompt)[:longest]

    def save(self, folder: Path) -> None:
        (folder / "adapter.txt").write_text(repr(self.weight))

    def load(self, folder: Path) -> None:
        self.weight = float((folder / "adapter.txt").read_text())

    def save_state(self, folder: Path) -> None:
        (folder / "optimizer.txt").write_text(repr(self.momentum))

    def load_state(self, folder: Path) -> None:
        self.momentum = float((folder / "optimizer.txt").read_text())

    def merge(self, adapter: Path, folder: Path, tokenizer: Any) -> None:
        folder.mkdir()
        (folder / "model.txt").write_text((adapter / "adapter.txt").read_text())


def trained(output: Path, *losses: float, total_steps: int = 10) -> Checkpoints:
    """Return the checkpoints of a training that was validated, and saved, with these losses."""
    checkpoints, engine = Checkpoints(output), SmallEngine()
    progress = Progress({"learning_rate": 1.0}, total_steps)
    for step, loss in enumerate(losses):
        engine.step([], 0.0)
        progress.done += 1
        progress.validated(loss)
        checkpoints.save(engine, progress, 0, step)
    return checkpoints


def names(output: Path) -> list[str]:
    return sorted(folder.name for folder in output.iterdir())


def test_the_newest_two_and_the_best_by_validation_are_kept(tmp_path: Path) -> None:
    checkpoints = trained(tmp_path, 3.0, 1.0, 2.0, 2.5, 4.0)
    assert names(tmp_path) == ["checkpoint_epoch0_step1", "checkpoint_epoch0_step3", "checkpoint_epoch0_step4"]
    best, newest = checkpoints.best(), checkpoints.newest()
    assert best is not None
    assert newest is not None
    assert (best.folder.name, best.progress.best_loss) == ("checkpoint_epoch0_step1", 1.0)
    assert (newest.folder.name, newest.progress.done, newest.progress.worse) == ("checkpoint_epoch0_step4", 5, 3)


def test_where_the_best_is_among_the_newest_two_there_is_no_third(tmp_path: Path) -> None:
    trained(tmp_path, 3.0, 2.0, 1.0)
    assert names(tmp_path) == ["checkpoint_epoch0_step1", "checkpoint_epoch0_step2"]


def test_half_a_checkpoint_is_none(tmp_path: Path) -> None:
    checkpoints = trained(tmp_path, 1.0)
    half = tmp_path / ".checkpoint" / "state"
    half.mkdir(parents=True)
    (half / "progress.json").write_text("{")
    (tmp_path / "checkpoint_epoch9_step9").mkdir()
    assert [each.folder.name for each in checkpoints.all()] == ["checkpoint_epoch0_step0"]


def test_going_on_restores_the_model_the_optimiser_and_all_random_numbers(tmp_path: Path) -> None:
    checkpoints, engine, progress = Checkpoints(tmp_path), SmallEngine(), Progress({}, 10)
    seed_random_numbers(0)
    random.gauss(0, 1)  # keeps a second number for the next call
    np.random.normal()
    engine.step([[]], 0.5)
    checkpoints.save(engine, progress, 0, 0)
    expected = [engine.step([[]], 0.5), random.random(), random.gauss(0, 1), np.random.normal(), np.random.rand()]

    seed_random_numbers(1)
    resumed, newest = SmallEngine(), checkpoints.newest()
    assert newest is not None
    checkpoints.resume(resumed, newest)
    assert [resumed.step([[]], 0.5), random.random(), random.gauss(0, 1), np.random.normal(), np.random.rand()] == expected


def test_an_earlier_training_and_what_was_exported_of_it_are_moved_and_said(tmp_path: Path, capsys: Capture) -> None:
    checkpoints = trained(tmp_path, 1.0)
    (tmp_path / "adapter").mkdir()
    (tmp_path / "training_metrics.csv").write_text("rows")
    place = checkpoints.earlier_place()
    checkpoints.set_aside()
    assert names(tmp_path) == ["earlier", "training_metrics.csv"]
    assert names(place) == ["adapter", "checkpoint_epoch0_step0"]
    assert str(place) in capsys.readouterr().out
    checkpoints.set_aside()
    assert capsys.readouterr().out == ""


def test_a_folder_that_is_none_of_the_notebooks_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint_epoch0_step0" / "state"
    folder.mkdir(parents=True)
    (folder / "progress.json").write_text('{"epoch": 0}')
    with pytest.raises(Stop, match=r"progress\.json is none of this notebook's .*name another OUTPUT\.$"):
        Checkpoints(tmp_path).newest()
