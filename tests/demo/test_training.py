from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.logs import write_log
from tests.repository import REPOSITORY
from tests.rows import falling
from tests.waiting import wait_until
from trainmon.analysis import analyse
from trainmon.demo.settings import make_settings
from trainmon.demo.training import Say, train_demo
from trainmon.errors import UsageError
from trainmon.runs.opening import open_run


def train(directory: Path, **options: object) -> list[str]:
    said: list[str] = []
    train_demo(directory, said.append, **{"steps": 120, "pace": 0.0, **options})  # type: ignore[arg-type]
    return said


def rows(directory: Path) -> list[dict[str, str]]:
    with (directory / "training_metrics.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_loss_really_falls_and_validation_follows(tmp_path: Path) -> None:
    train(tmp_path, steps=300)
    analysis = analyse(open_run(tmp_path), now=time.time())
    assert analysis.train is not None
    assert analysis.eval is not None
    assert analysis.train.first > 3.2 > 1.6 > analysis.train.final
    assert analysis.eval.final < 1.6
    assert analysis.state.word == "finished"
    assert analysis.run.plan.total_steps == 300


def test_rows_hold_what_a_training_of_ones_own_would_log(tmp_path: Path) -> None:
    train(tmp_path)
    logged = [row for row in rows(tmp_path) if row["phase"] == "train"]
    assert [(row["epoch"], row["step"]) for row in logged[:21:20]] == [("0", "0"), ("1", "0")]
    for name in ("loss", "learning_rate", "memory_mb", "grad_norm", "samples_per_second"):
        assert all(float(row[name]) > 0 for row in logged), name
    assert len([row for row in rows(tmp_path) if row["phase"] == "epoch" and row["val_loss"]]) == 6
    assert json.loads((tmp_path / "training_summary.json").read_text())["total_samples_processed"] == 120 * 64


def test_the_same_seed_gives_the_same_losses(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        train(tmp_path / name, seed=seed)
    a, b, c = ([row["loss"] for row in rows(tmp_path / name)] for name in "abc")
    assert a == b
    assert a != c


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is not known there")
def test_killed_and_started_again_it_resumes_and_no_row_is_lost(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    command = [sys.executable, "-m", "trainmon", "demo", str(directory), "--steps", "120", "--pace", "0.1"]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL)
    wait_until((directory / "checkpoint_epoch1_step6" / "checkpoint_info.json").exists)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = rows(directory)

    said = train(directory, steps=None)

    after = rows(directory)
    assert any(sentence.startswith("Resuming after step ") for sentence in said)
    assert after[: len(before)] == before
    run = open_run(directory)
    assert [(attempt.number, attempt.chain, attempt.resumed) for attempt in run.attempts] == [(1, 1, False), (2, 1, True)]
    steps = run.global_step[run.chains[0].line]
    assert steps[-1] == 119
    assert not (np.diff(steps) < 0).any()


def test_resumed_it_ends_where_an_unbroken_training_ends(tmp_path: Path) -> None:
    train(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train_demo(tmp_path / "broken", _interrupt_after("Epoch 3"), steps=120, pace=0.0)
    train(tmp_path / "broken", steps=None)
    whole, broken = (rows(tmp_path / name)[-1] for name in ("whole", "broken"))
    assert (whole["loss"], whole["val_loss"]) == (broken["loss"], broken["val_loss"])
    assert [attempt.record.end for attempt in open_run(tmp_path / "broken").attempts if attempt.record] == [
        "interrupted",
        "finished",
    ]


def _interrupt_after(beginning: str) -> Say:
    def say(sentence: str) -> None:
        if sentence.startswith(beginning):
            raise KeyboardInterrupt

    return say


def test_a_finished_training_is_followed_by_a_new_one(tmp_path: Path) -> None:
    train(tmp_path)
    train(tmp_path, steps=60)
    assert [(chain.number, chain.row_count) for chain in open_run(tmp_path).chains] == [(1, 126), (2, 66)]


def test_fresh_begins_anew_and_another_seed_says_how(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        train_demo(tmp_path, _interrupt_after("Epoch 2"), steps=120, pace=0.0)
    with pytest.raises(UsageError, match=r"started with --seed 0, not 7: leave --seed out to resume it, or add --fresh"):
        train(tmp_path, seed=7)
    train(tmp_path, seed=7, fresh=True)
    assert len(open_run(tmp_path).chains) == 2


def test_the_training_of_another_program_is_not_touched(tmp_path: Path) -> None:
    write_log(tmp_path, falling())
    before = (tmp_path / "training_metrics.csv").read_bytes()
    with pytest.raises(UsageError, match="name another folder"):
        train(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["training_metrics.csv"]
    assert (tmp_path / "training_metrics.csv").read_bytes() == before


@pytest.mark.parametrize(("steps", "epochs", "last"), [(1, 1, 1), (7, 4, 1), (1800, 6, 300), (100_001, 201, 1)])
def test_epochs_cover_exactly_the_steps(steps: int, epochs: int, last: int) -> None:
    settings = make_settings(steps, 0)
    assert (settings.num_epochs, settings.epoch_length(epochs - 1)) == (epochs, last)
    assert sum(settings.epoch_length(epoch) for epoch in range(epochs)) == steps
    assert settings.eval_steps % settings.logging_steps == 0


def test_the_learning_rate_warms_up_and_ends_at_a_tenth() -> None:
    settings = make_settings(1_000, 0)
    rates = [settings.learning_rate_at(step) for step in range(1_000)]
    assert rates[0] < rates[10] < rates[19] == pytest.approx(settings.learning_rate)
    assert rates[-1] == pytest.approx(settings.learning_rate / 10, rel=0.01)
