"""A checkpoint directory: CSV, JSON files, saved models and settings as one value."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import numpy as np
import pytest

from tests.logs import HEADER, train, write_log
from tests.real_data import COACH, needs_real_logs
from trainmon import analyse, open_run
from trainmon.runs.readers.checkpoint_directory import CheckpointDirectory
from trainmon.runs.run import Plan


def read(path: Path) -> CheckpointDirectory:
    reader = CheckpointDirectory(path)
    reader.refresh()
    return reader


def test_new_rows_are_seen_and_quiet_files_are_not_read_again(tmp_path: Path) -> None:
    reader = read(write_log(tmp_path, [train(0, 1)]))
    assert not reader.refresh()
    with (tmp_path / "training_metrics.csv").open("a") as file:
        file.write(train(0, 2) + "\n")
    assert reader.refresh()
    assert reader.contents().rows.count == 2


@pytest.mark.parametrize("text", ["", HEADER, HEADER + "\n"])
def test_a_file_without_rows_has_none_and_no_problem_but_an_unfinished_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "training_metrics.csv").write_text(text)
    contents = read(tmp_path).contents()
    assert contents.rows.count == 0
    waiting = ["the last line is unfinished; it waits for its end"] if text == HEADER else []
    assert [p.reason for p in contents.problems] == waiting


def test_a_torn_last_line_is_said_and_costs_no_other(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 1)])
    with (tmp_path / "training_metrics.csv").open("a") as file:
        file.write("2026-01-01T00:00:00+00:00,0,2,tra")
    contents = read(tmp_path).contents()
    assert contents.rows.count == 1
    assert [(p.line, p.reason) for p in contents.problems] == [(3, "the last line is unfinished; it waits for its end")]


def test_the_header_may_grow_while_the_file_is_followed(tmp_path: Path) -> None:
    reader = read(write_log(tmp_path, [train(0, 1)]))
    beside = tmp_path / "new"
    beside.write_text(f"{HEADER},grad_norm\n{train(0, 1)},\n{train(0, 2)},0.5\n")
    os.replace(beside, tmp_path / "training_metrics.csv")
    assert reader.refresh()
    rows = reader.contents().rows
    assert (rows.count, rows.columns["grad_norm"].logged.tolist(), rows.roles["grad_norm"]) == (2, [False, True], "grad_norm")


def test_a_removed_csv_takes_its_rows_with_it(tmp_path: Path) -> None:
    reader = read(write_log(tmp_path, [train(0, 1)]))
    (tmp_path / "training_metrics.csv").unlink()
    assert reader.refresh()
    assert reader.contents().rows.count == 0


def test_a_replaced_summary_is_news(tmp_path: Path) -> None:
    reader = read(write_log(tmp_path, [train(0, 1)]))
    (tmp_path / "training_summary.json").write_text('{"total_samples_processed": 7, "training_config": {"num_epochs": 3}}')
    assert reader.refresh()
    assert reader.contents().plan == Plan(None, 3.0, "configuration: num_epochs")


def test_a_broken_json_file_is_a_problem_and_no_more(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 1)])
    (tmp_path / "training_summary.json").write_text('{"training_config": ')
    contents = read(tmp_path).contents()
    assert contents.rows.count == 1
    assert [(p.file, p.line) for p in contents.problems] == [("training_summary.json", 1)]


def test_a_json_file_that_holds_no_object_is_a_problem(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 1)])
    (tmp_path / "training_run.json").write_text("[1, 2]")
    assert [p.reason for p in read(tmp_path).contents().problems] == ["holds a list where an object was expected"]


HUGE = "1" + "0" * 400  # JSON and TOML know no greatest number


def test_a_number_without_bounds_costs_only_itself(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, step) for step in range(3)])
    record = f'{{"first_row": 0, "total_steps": {HUGE}, "pid": {HUGE}, "started": {HUGE}, "host": "a"}}'
    (tmp_path / "training_run.json").write_text(f'{{"attempts": [{record}]}}')
    (tmp_path / "training_summary.json").write_text(
        f'{{"total_time_seconds": {HUGE}, "total_samples_processed": {HUGE}, "training_config": {{"max_steps": {HUGE}}}}}'
    )
    (tmp_path / "trainmon.toml").write_text(f"[plan]\nsteps = {HUGE}\n")
    run = open_run(tmp_path)
    assert run.plan.total_steps is None
    assert run.attempts[0].record is not None
    assert run.attempts[0].record.host == "a"
    assert analyse(run, now=0.0).train is not None


def test_a_number_without_bounds_in_a_json_row_is_not_finite(tmp_path: Path) -> None:
    row = f'{{"epoch": 0, "step": 1, "loss": {HUGE}, "timestamp": {HUGE}}}'
    (tmp_path / "training_metrics.json").write_text(f'{{"step_metrics": [{row}], "epoch_metrics": []}}')
    rows = open_run(tmp_path).rows
    assert rows.values("train_loss").tolist() == [math.inf]
    assert not np.isfinite(rows.time).any()


def test_the_json_rows_serve_where_there_is_no_csv(tmp_path: Path) -> None:
    rows = [{"timestamp": f"2026-01-01T00:00:0{n}", "epoch": 0, "step": n, "phase": "train", "loss": 1.0 / n} for n in (1, 2)]
    epochs = [{"timestamp": "2026-01-01T00:00:09", "epoch": 0, "step": None, "phase": "epoch", "loss": 0.7, "val_loss": 0.8}]
    (tmp_path / "training_metrics.json").write_text(json.dumps({"step_metrics": rows, "epoch_metrics": [*epochs, 5]}))
    contents = read(tmp_path).contents()
    assert contents.rows.values("train_loss").tolist() == [1.0, 0.5, 0.7]
    assert contents.rows.columns["step"].logged.tolist() == [True, True, False]
    assert [p.reason for p in contents.problems] == ["epoch_metrics, entry 2: 5 is not an object; it is left out"]


def test_a_step_limit_overrides_the_epochs_of_a_configuration(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 1)])
    config = {"training_config": {"num_epochs": 3, "max_steps": 500}}
    (tmp_path / "training_summary.json").write_text(json.dumps(config))
    assert read(tmp_path).contents().plan == Plan(500, None, "configuration: max_steps")


def test_trainmon_toml_gives_a_name_tags_and_a_plan(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 1)])
    (tmp_path / "trainmon.toml").write_text('name = "Mistral"\ntags = ["lora"]\n[plan]\nepochs = 4\n')
    contents = read(tmp_path).contents()
    assert (contents.name, contents.tags, contents.plan) == ("Mistral", ("lora",), Plan(None, 4.0, "trainmon.toml"))


def test_a_broken_trainmon_toml_is_a_problem(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 1)])
    (tmp_path / "trainmon.toml").write_text("name = ")
    assert [p.file for p in read(tmp_path).contents().problems] == ["trainmon.toml"]


def test_saved_models_are_known_by_their_names(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 1)])
    for name in ("checkpoint_epoch1_step200", "checkpoint_epoch0_stepbest", "checkpoint-300"):
        (tmp_path / name).mkdir()
    for name in ("0000400_adapters.safetensors", "epoch=2-step=500.ckpt", "notes.txt"):
        (tmp_path / name).write_text("")
    found = {(c.name, c.epoch, c.step, c.best) for c in read(tmp_path).contents().checkpoints}
    assert found == {
        ("checkpoint_epoch1_step200", 1, 200, False),
        ("checkpoint_epoch0_stepbest", 0, None, True),
        ("checkpoint-300", None, 300, False),
        ("0000400_adapters.safetensors", None, 400, False),
        ("epoch=2-step=500.ckpt", 2, 500, False),
    }


@needs_real_logs
def test_the_original_systems_directory_is_read_whole() -> None:
    contents = read(COACH).contents()
    assert (contents.rows.count, len(contents.checkpoints), contents.problems) == (612, 19, ())
    assert contents.plan == Plan(None, 3.0, "configuration: num_epochs")
