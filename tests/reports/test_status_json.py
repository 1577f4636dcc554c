from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.logs import write_log
from tests.rows import falling, train_row
from trainmon.analysis import analyse
from trainmon.reports.status_json import status_json
from trainmon.runs.opening import open_run

NOW = 1_900_000_000.0


def entry(directory: Path) -> dict[str, Any]:
    document = json.loads(status_json([analyse(open_run(directory), now=NOW)]), parse_constant=lambda word: fail_on(word))
    assert list(document) == ["runs"]
    only: dict[str, Any] = document["runs"][0]
    return only


def fail_on(word: str) -> None:
    raise AssertionError(f"{word} is not strict JSON")


ROLES = {
    "epoch": "epoch", "step": "step", "train_loss": "loss", "eval_loss": "val_loss", "learning_rate": "learning_rate",
    "memory": "memory_mb", "elapsed": "elapsed_time_s",
}  # fmt: skip


def test_the_whole_document_of_an_ordinary_run(tmp_path: Path) -> None:
    directory = write_log(tmp_path / "run", falling())
    train = {"metric": "loss", "count": 20, "first": 2.0, "final": 1.05, "final_step": 19, "final_global_step": 19}
    train |= {"best": 1.05, "best_step": 19, "best_global_step": 19}
    evaluation = {"metric": "val_loss", "count": 4, "first": 1.9, "final": 1.15, "final_step": 19, "final_global_step": 19}
    evaluation |= {"best": 1.15, "best_step": 19, "best_global_step": 19}
    found = entry(directory)
    assert found.pop("state_evidence")
    assert found == {
        "run": open_run(directory).id,
        "path": str(directory),
        "format": "trainmon",
        "state": "ended",
        "rows": 20,
        "attempts": 1,
        "chain": {"number": 1, "of": 1, "rows": 20},
        "name": "run",
        "counted": "step",
        "roles": {role: {"column": column, "why": None} for role, column in ROLES.items()},
        "tuning": None,
        "epochs": 0,
        "train": train,
        "eval": evaluation,
        "whole_file": {"train": train, "eval": evaluation},
        "non_finite": 0,
        "eta": None,
        "known_since": [],
        "taken_back": [],
        "problems": [],
    }


def test_a_run_without_rows_has_nulls(tmp_path: Path) -> None:
    found = entry(write_log(tmp_path / "run", []))
    assert found["state"] == "not started"
    assert [found[name] for name in ("rows", "attempts", "chain", "epochs", "train", "eval", "eta")] == [
        0,
        0,
        None,
        None,
        None,
        None,
        None,
    ]


def test_values_that_are_not_finite_are_counted_and_left_out_of_the_figures(tmp_path: Path) -> None:
    lines = [train_row(i, 0, i, loss) for i, loss in enumerate(["inf", 2.0, "nan", 1.0, "-inf"])]
    found = entry(write_log(tmp_path / "run", lines))
    assert (found["rows"], found["non_finite"], found["train"]["count"]) == (5, 3, 2)
    assert (found["train"]["first"], found["train"]["final"], found["train"]["best"]) == (2.0, 1.0, 1.0)


def test_a_bad_line_is_named_with_file_line_and_reason(tmp_path: Path) -> None:
    lines = falling()
    lines[3] = "this is no row"
    problem = entry(write_log(tmp_path / "run", lines))["problems"]
    assert [(one["file"], one["line"]) for one in problem] == [("training_metrics.csv", 5)]
    assert problem[0]["reason"]
