"""Runs side by side: deltas, the last step that all reached, and what their configurations do not share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.logs import run_of, train, write_log
from trainmon.analysis import analyse
from trainmon.comparison import compare
from trainmon.errors import UsageError
from trainmon.library import open_run
from trainmon.run import Run


def made(directory: Path, losses: list[float], **config: object) -> Run:
    write_log(directory, [train(0, step, loss) for step, loss in enumerate(losses)])
    (directory / "training_summary.json").write_text(json.dumps({"training_config": config}))
    return open_run(directory)


def test_the_better_run_is_named_with_its_lead_and_what_differs(tmp_path: Path) -> None:
    first = made(tmp_path / "a", [4, 3, 2], lr=1e-4, lora={"r": 8, "alpha": 16}, seed=1)
    second = made(tmp_path / "b", [4, 2, 1], lr=1e-4, lora={"r": 16, "alpha": 16})
    found = compare([first, second])
    assert found.metric == "train loss"
    assert [(e.label, e.best, e.delta, e.delta_percent) for e in found.entries] == [("a", 2, None, None), ("b", 1, -1, -50)]
    assert found.differences == {"lora.r": (8, 16), "seed": (1, None)}
    assert found.same_config_keys == 2
    assert found.sentence == (
        "Too close to call: b and a are 50.0 % apart in train loss at step 2, within the noise; they differ in lora.r and seed."
    )


def test_validation_decides_where_all_have_it(tmp_path: Path) -> None:
    first = run_of(tmp_path / "a", [",0,0,train,1,3,,,", ",0,1,train,1,2,,,"])
    second = run_of(tmp_path / "b", [",0,0,train,1,3,,,", ",0,1,train,1,4,,,"])
    found = compare([first, second], baseline=1)
    assert found.metric == "validation loss"
    assert [(e.best, e.last, e.delta) for e in found.entries] == [(2, 2, -1), (3, 4, None)]


def test_the_equal_step_is_the_last_that_all_reached(tmp_path: Path) -> None:
    runs = [made(tmp_path / "long", [3.0] * 10), made(tmp_path / "short", [2.0] * 4)]
    found = compare(runs)
    assert found.equal_step == 3
    assert [e.at_equal for e in found.entries] == pytest.approx([3.0, 2.0])


def test_two_attempts_of_one_run_may_be_compared(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", [train(1, 1, 3.0), train(0, 1, 2.0)])
    found = compare([analyse(run, now=0, attempt=1), analyse(run, now=0, attempt=2)])
    assert [(e.key, e.label) for e in found.entries] == [(f"{run.id}@1", "run @1"), (f"{run.id}@2", "run @2")]


def test_runs_of_the_same_name_get_labels_that_differ(tmp_path: Path) -> None:
    runs = [made(tmp_path / side / "checkpoints", [1.0]) for side in ("a", "b")]
    assert [e.label for e in compare(runs).entries] == ["a/checkpoints", "b/checkpoints"]


def test_a_run_without_the_metric_stays_in_the_table(tmp_path: Path) -> None:
    found = compare([run_of(tmp_path / "a", []), made(tmp_path / "b", [1.0])])
    assert [e.best for e in found.entries] == [None, 1.0]
    assert found.sentence == "Only b has a train loss; a comparison needs two."


def test_a_wrong_baseline_or_no_run_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs at least one run"):
        compare([])
    with pytest.raises(UsageError, match="baseline is 2, but must be 0 to 0"):
        compare([made(tmp_path, [1.0])], baseline=2)
