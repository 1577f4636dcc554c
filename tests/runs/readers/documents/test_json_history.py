"""Histories in one JSON document as runs: what is one, and how it is followed."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainmon.runs.library import Library
from trainmon.runs.opening import find_runs, open_run
from trainmon.runs.run import Run

KERAS = {"loss": [3.0, 2.0, 1.0], "accuracy": [0.1, 0.2, 0.3], "val_loss": [3.5, 2.5, 1.5], "val_accuracy": [0.1, 0.2, 0.2]}


def write(path: Path, document: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def values(run: Run, name: str) -> list[float]:
    return run.rows.columns[name].values.tolist()


def test_a_list_a_metric_makes_a_row_an_epoch_and_rows_are_counted_from_zero(tmp_path: Path) -> None:
    write(tmp_path / "history.json", KERAS)
    (run,) = find_runs(tmp_path)
    assert (run.format, run.rows.count, values(run, "val_loss")) == ("json_history", 3, [3.5, 2.5, 1.5])
    assert (run.rows.roles["train_loss"], run.rows.roles["eval_loss"]) == ("loss", "val_loss")
    assert run.rows.values("step").tolist() == [0, 1, 2]


def test_shorter_lists_are_blank_at_the_end_and_null_and_nan_are_kept_apart(tmp_path: Path) -> None:
    run = open_run(write(tmp_path / "history.json", '{"loss": [1, null, NaN, "Infinity"], "val_loss": [2]}'))
    np.testing.assert_equal(values(run, "loss"), [1, math.nan, math.nan, math.inf])
    assert run.rows.columns["loss"].logged.tolist() == [True, False, True, True]
    assert run.rows.columns["val_loss"].logged.tolist() == [True, False, False, False]


EPOCHS = [{"epoch": 1, "loss": 2.0, "val": {"loss": 2.5}}, {"epoch": 2, "loss": 1.0, "val": {"loss": 1.5}}]


@pytest.mark.parametrize(
    ("document", "train", "evaluation"),
    [
        ({"train": {"loss": [2, 1]}, "val": {"loss": [2.5, 1.5]}}, "train/loss", "val/loss"),
        ({"history": {"loss": [2, 1], "val_loss": [2.5, 1.5]}, "params": {"epochs": 2}}, "history/loss", "history/val_loss"),
        (EPOCHS, "loss", "val/loss"),
        ({"config": {"lr": 1}, "epochs": EPOCHS}, "loss", "val/loss"),
        ({"1": {"loss": 2, "val_loss": 2.5}, "2": {"loss": 1, "val_loss": 1.5}}, "loss", "val_loss"),
        ({"epoch_2": {"loss": 1, "val_loss": 1.5}, "epoch_1": {"loss": 2, "val_loss": 2.5}}, "loss", "val_loss"),
        ({"loss": {"0": 2, "1": 1}, "val_loss": {"1": 1.5, "0": 2.5}}, "loss", "val_loss"),
        ({"train": [{"loss": 2}, {"loss": 1}], "val": [{"loss": 2.5}, {"loss": 1.5}]}, "train/loss", "val/loss"),
    ],
)
def test_histories_of_many_shapes_say_the_same(tmp_path: Path, document: Any, train: str, evaluation: str) -> None:
    write(tmp_path / "history.json", document)
    (run,) = find_runs(tmp_path)
    assert (run.rows.roles["train_loss"], run.rows.roles["eval_loss"]) == (train, evaluation)
    assert (run.rows.values("train_loss").tolist(), run.rows.values("eval_loss").tolist()) == ([2, 1], [2.5, 1.5])


def test_the_configuration_stands_beside_the_lists(tmp_path: Path) -> None:
    run = open_run(write(tmp_path / "a.json", {**KERAS, "best_epoch": 2, "note": "x"}))
    assert run.config == {"best_epoch": 2, "note": "x"}
    run = open_run(write(tmp_path / "b.json", {"history": KERAS, "params": {"epochs": 9}}))
    assert (run.config, run.plan.total_epochs) == ({"epochs": 9}, 9)


@pytest.mark.parametrize(
    "document",
    [
        {"name": "app", "version": "1.0.0", "scripts": {"test": "jest"}, "dependencies": {"react": "^18.0.0"}},
        {
            "images": [{"id": 1, "width": 640}],
            "annotations": [{"id": 1, "bbox": [1, 2, 3, 4], "area": 5.0}],
            "categories": [{"id": 1, "name": "loss adjuster"}],
        },
        {
            "model": {"type": "BPE", "vocab": {"loss": 1, "step": 2}, "merges": ["l o"]},
            "added_tokens": [{"id": 0, "content": "a"}],
        },
        {"lr": 0.1, "betas": [0.9, 0.999], "loss_weights": [1.0, 0.5], "loss": "mse", "steps": [10, 20]},
        {"train_loss": 0.5, "epoch": 3.0, "eval_loss": 0.6},
        [{"image_id": 1, "category_id": 2, "bbox": [1, 2, 3, 4], "score": 0.9}] * 3,
        [{"model": "a", "epochs": 10, "accuracy": 0.9}, {"model": "b", "epochs": 10, "accuracy": 0.8}],
        [{"id": "d01", "truth": {"rows": 3, "epochs": 2, "train": {"n": 3}}}] * 3,
        {"precision": [1.0, 0.5], "recall": [0.0, 1.0], "test": "pr"},
        {"weight_map": {"a": "model-1.safetensors"}, "metadata": {"total_size": 1, "step": 1}},
        [],
        {},
        [[1, 2], [3, 4]],
        '{"loss": [1, 2',
        '{"loss": [1, 2]]',
    ],
)
def test_other_documents_are_no_logs(tmp_path: Path, document: Any) -> None:
    write(tmp_path / "results.json", document)
    assert find_runs(tmp_path) == []


def test_a_notebook_is_not_searched(tmp_path: Path) -> None:
    write(tmp_path / "loss.ipynb", KERAS)
    assert find_runs(tmp_path) == []


def test_a_document_larger_than_what_is_looked_at_is_told_by_its_beginning(tmp_path: Path) -> None:
    count = 20_000
    long = {"meta": {"text": 'a "quoted" [text], {with} signs'}, "loss": [1 / (1 + at) for at in range(count)], "val_loss": [1.0]}
    write(tmp_path / "history.json", long)
    write(tmp_path / "annotations.json", {"images": [{"id": at, "step": "loss"} for at in range(count)]})
    (run,) = find_runs(tmp_path)
    assert (run.path.name, run.rows.count, run.rows.columns["val_loss"].logged.sum()) == ("history.json", count, 1)


def test_a_document_that_is_written_anew_is_followed_and_a_half_written_one_keeps_the_last_good_one(tmp_path: Path) -> None:
    path = write(tmp_path / "history.json", {name: cells[:2] for name, cells in KERAS.items()})
    library = Library([tmp_path])
    library.refresh()
    text = json.dumps(KERAS)
    path.write_text(text[:30])
    library.refresh()
    assert (library.runs()[0].rows.count, library.runs()[0].problems) == (2, ())
    path.write_text(text)
    assert library.refresh()
    assert values(library.runs()[0], "loss") == [3, 2, 1]


def test_a_broken_document_that_rests_is_a_problem(tmp_path: Path) -> None:
    path = write(tmp_path / "history.json", json.dumps(KERAS))
    library = Library([tmp_path])
    library.refresh()
    path.write_text('{"loss": [1, 2')
    os.utime(path, (1_000_000, 1_000_000))
    library.refresh()
    (run,) = library.runs()
    assert (run.rows.count, len(run.problems)) == (3, 1)
    assert "is no valid JSON" in run.problems[0].reason


def test_very_unequal_lists_cost_no_more_than_what_was_read(tmp_path: Path) -> None:
    document = {"loss": [0.5] * 100_000, **{f"val_{at}": [1.0] for at in range(900)}}
    run = open_run(write(tmp_path / "history.json", document))
    assert run.rows.count == 100_000
    assert len(run.rows.columns) < 60
    assert any("left out" in problem.reason for problem in run.problems)
