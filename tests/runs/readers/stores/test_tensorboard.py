"""Event files as runs: which files are one run, which folder holds it, and what a refresh finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import event_files as write
from tests.real_data import REAL, needs_real_logs
from trainmon.analysis import analyse
from trainmon.reports.status_json import status_json
from trainmon.runs.opening import find_runs, open_run
from trainmon.runs.readers import table
from trainmon.runs.readers.stores.tensorboard import TensorboardSource
from trainmon.runs.run import Run

LOGS = ("events.out.tfevents.1700000000.host.1.0", "events.out.tfevents.1700009000.host.2.0")


def log(path: Path, *steps: int, tags: tuple[str, ...] = ("train/loss",), start: float = write.START) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write.version(start) + write.training(*steps, tags=tags, start=start))
    return path


def steps(run: Run, name: str) -> list[float]:
    column = run.rows.columns[name]
    return run.rows.columns["step"].values[column.logged].tolist()


def status(path: Path) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(status_json([analyse(open_run(path), now=write.START)]))["runs"][0]
    return run


def test_the_event_files_of_a_folder_are_one_run_in_the_order_in_which_they_were_begun(tmp_path: Path) -> None:
    log(tmp_path / "run" / LOGS[1], 3, 4, 5, start=write.START + 9000)
    log(tmp_path / "run" / LOGS[0], 0, 1, 2)
    (run,) = find_runs(tmp_path)
    assert (run.format, run.path, run.entries) == ("tensorboard", (tmp_path / "run").resolve(), 8)
    assert steps(run, "train/loss") == [0, 1, 2, 3, 4, 5]
    assert [chain.row_count for chain in run.chains] == [6]


def test_a_file_that_starts_over_is_a_new_attempt(tmp_path: Path) -> None:
    log(tmp_path / LOGS[0], *range(10))
    log(tmp_path / LOGS[1], *range(6, 20), start=write.START + 9000)
    run = open_run(tmp_path)
    assert [(attempt.start, attempt.stop, attempt.resumed) for attempt in run.attempts] == [(0, 10, False), (10, 24, True)]
    assert len(run.chains[0].line) == 20


def test_one_file_that_is_named_is_that_file_alone(tmp_path: Path) -> None:
    log(tmp_path / LOGS[0], *range(10))
    log(tmp_path / LOGS[1], 10, 11, start=write.START + 9000)
    run = open_run(tmp_path / LOGS[1])
    assert (steps(run, "train/loss"), run.entries) == ([10, 11], 3)


def test_steps_of_tags_that_count_differently_stay_their_own(tmp_path: Path) -> None:
    data = write.version()
    for epoch in range(5):
        data += write.training(*range(100 * epoch, 100 * epoch + 100, 10), tags=("loss",), start=write.START + 100 * epoch)
        data += write.event(write.scalar("val_loss", 0.5), step=epoch, time=write.START + 100 * epoch)
    (tmp_path / LOGS[0]).write_bytes(data)
    run = open_run(tmp_path)
    assert len(run.attempts) == 1
    assert steps(run, "val_loss") == [0, 1, 2, 3, 4]
    assert steps(run, "loss") == [*range(0, 500, 10)]


def test_keras_folders_of_training_and_validation_are_one_run(tmp_path: Path) -> None:
    for folder, delay in (("train", 0.0), ("validation", 0.5)):
        log(tmp_path / "logs" / folder / f"{LOGS[0]}.v2", 0, 1, 2, tags=("epoch_loss",), start=write.START + delay)
    (run,) = find_runs(tmp_path)
    assert (run.path, run.entries) == ((tmp_path / "logs").resolve(), 8)
    assert (run.rows.roles["train_loss"], run.rows.roles["eval_loss"]) == ("train/epoch_loss", "validation/epoch_loss")
    assert run.rows.time.tolist() == [write.START + at for at in (0, 0.5, 1, 1.5, 2, 2.5)]


def test_keras_folder_of_the_training_is_the_run_before_a_validation_was(tmp_path: Path) -> None:
    log(tmp_path / "train" / f"{LOGS[0]}.v2", 0, tags=("epoch_loss",))
    before = find_runs(tmp_path)
    log(tmp_path / "validation" / f"{LOGS[0]}.v2", 0, tags=("epoch_loss",))
    assert [run.id for run in before] == [run.id for run in find_runs(tmp_path)]


def test_what_add_scalars_puts_into_folders_belongs_to_the_run_beside(tmp_path: Path) -> None:
    log(tmp_path / "run" / LOGS[0], 0, 1, tags=("lr",))
    for part in ("Loss_train", "Loss_val", "other"):
        log(tmp_path / "run" / part / LOGS[0], 0, 1, tags=("Loss",))
    run, other = sorted(find_runs(tmp_path), key=lambda run: len(run.path.parts))
    assert (run.rows.roles["train_loss"], run.rows.roles["eval_loss"], other.path.name) == ("train/Loss", "val/Loss", "other")
    assert {"lr", "train/Loss", "val/Loss"} <= set(run.rows.columns)


def test_runs_that_are_named_after_their_part_stay_runs_where_no_event_files_lie_beside_them(tmp_path: Path) -> None:
    for name in ("exp1_train", "exp1_val"):
        log(tmp_path / name / LOGS[0], 0, 1)
    assert len(find_runs(tmp_path)) == 2


def test_a_run_that_is_called_train_is_no_part_of_one(tmp_path: Path) -> None:
    log(tmp_path / "detect" / "train" / LOGS[0], 0, 1)
    log(tmp_path / "detect" / "train2" / LOGS[0], 0, 1)
    assert sorted(run.path.name for run in find_runs(tmp_path)) == ["train", "train2"]


@pytest.mark.parametrize("named", ["", f"{LOGS[0]}.v2"])
def test_the_loss_of_a_validation_alone_is_an_eval_loss(tmp_path: Path, named: str) -> None:
    log(tmp_path / "validation" / f"{LOGS[0]}.v2", 0, 1, tags=("epoch_loss",))
    found = status(tmp_path / "validation" / named)
    assert (found["train"], found["eval"]["metric"], found["eval"]["count"]) == (None, "epoch_loss", 2)


def test_event_files_beside_another_log_of_the_training_belong_to_that(tmp_path: Path) -> None:
    log(tmp_path / "exp" / LOGS[0], 0, 1)
    (tmp_path / "exp" / "results.csv").write_text("epoch,train/box_loss,val/box_loss\n0,1,2\n1,0.5,1\n")
    (run,) = find_runs(tmp_path)
    assert (run.format, run.path.name) == ("yolo_results_csv", "exp")


def test_what_stands_in_the_files_and_beside_them_is_the_configuration(tmp_path: Path) -> None:
    (tmp_path / LOGS[0]).write_bytes(write.version() + write.event(write.settings(lr=0.1)) + write.training(0))
    (tmp_path / "hparams.yaml").write_text("max_epochs: 3\n")
    run = open_run(tmp_path)
    assert (run.config, run.plan.total_epochs) == ({"max_epochs": 3, "lr": 0.1}, 3)


def test_a_tag_that_is_called_step_does_not_take_the_steps_place(tmp_path: Path) -> None:
    log(tmp_path / LOGS[0], 5, 6, tags=("loss", "step"))
    run = open_run(tmp_path)
    assert run.rows.values("step").tolist() == [5, 6]
    assert run.rows.columns["step (tag)"].values.tolist() == pytest.approx([1 / 6, 1 / 7])


def test_times_that_no_clock_shows_are_left_out(tmp_path: Path) -> None:
    (tmp_path / LOGS[0]).write_bytes(write.event(write.scalar("loss", 1), time=12.0) + write.training(1, tags=("loss",)))
    np.testing.assert_equal(open_run(tmp_path).rows.time, [np.nan, write.START + 1])


@pytest.fixture
def source(tmp_path: Path) -> TensorboardSource:
    return TensorboardSource(tmp_path, of_folder=True)


def points(source: TensorboardSource, tag: str = "train/loss") -> list[float]:
    columns = source.table.columns()
    return columns["step"].values[columns[tag].logged].tolist() if columns else []


def test_a_refresh_reads_what_is_new(source: TensorboardSource) -> None:
    path = log(source.path / LOGS[0], 0, 1)
    assert source.refresh()
    assert not source.refresh()
    with path.open("ab") as file:
        file.write(write.training(2, 3))
    assert source.refresh()
    log(source.path / LOGS[1], 4, 5)
    assert source.refresh()
    assert (points(source), source.table.entries) == ([0, 1, 2, 3, 4, 5], 8)


def test_a_file_written_anew_or_gone_is_forgotten(source: TensorboardSource) -> None:
    first, second = log(source.path / LOGS[0], 0, 1), log(source.path / LOGS[1], 2, 3)
    source.refresh()
    log(second, 7, start=write.START + 5)
    assert source.refresh()
    assert points(source) == [0, 1, 7]
    first.unlink()
    assert source.refresh()
    assert (points(source), source.table.entries) == ([7], 2)


def test_a_validation_that_comes_later_joins_its_training(source: TensorboardSource) -> None:
    log(source.path / "train" / f"{LOGS[0]}.v2", 0, 1, tags=("epoch_loss",))
    source.refresh()
    log(source.path / "validation" / f"{LOGS[0]}.v2", 0, tags=("epoch_loss",))
    assert source.refresh()
    assert (points(source, "train/epoch_loss"), points(source, "validation/epoch_loss")) == ([0, 1], [0])


def test_an_unfinished_last_record_is_named_and_waits(source: TensorboardSource) -> None:
    path = log(source.path / LOGS[0], 0, 1)
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    source.refresh()
    assert points(source) == [0]
    assert [problem.reason for problem in source.problems()] == ["its last record is unfinished; it waits for its end"]
    path.write_bytes(whole)
    source.refresh()
    assert (points(source), source.problems()) == ([0, 1], [])


def test_tags_that_share_few_rows_cost_no_more_than_the_file_allows(
    source: TensorboardSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "CELLS_FREE", 10_000)
    records = [write.event(write.scalar(f"tag{at % 70}", 1), step=at) for at in range(2_000)]
    (source.path / LOGS[0]).write_bytes(b"".join(records))
    source.refresh()
    columns = source.table.columns()
    assert len(columns) * source.table.count <= 10_000 + source.table.read_bytes
    assert columns["step"].logged.all()
    assert "columns are left out" in source.problems()[0].reason


@needs_real_logs
@pytest.mark.parametrize("identity", ["d54", "d55", "d56", "d57"])
def test_real_files_give_their_known_truths(identity: str) -> None:
    entry = next(each for each in json.loads((REAL / "expected.json").read_text()) if each["id"] == identity)
    truth, found = entry["truth"], status(REAL / entry["file"])
    assert (found["format"], found["rows"], found["problems"]) == ("tensorboard", truth["rows"], [])
    for part, name in (("train", "train"), ("eval", "val")):
        expected = truth[part]
        if expected is None:
            assert found[part] is None
            continue
        kept = ("metric", "count", "first", "final", "final_step", "best", "best_step")
        points = [
            expected["first"]["y"],
            expected["final"]["y"],
            expected["final"]["x"],
            expected["best"]["y"],
            expected["best"]["x"],
        ]
        assert [found[part][key] for key in kept] == [entry["reading"][name], expected["n"], *points]


@needs_real_logs
def test_two_real_files_of_a_resumed_run_are_two_attempts() -> None:
    run = open_run(REAL / "tensorboard" / "07Sada__brand" / "runs" / "detect" / "train")
    assert ([attempt.start for attempt in run.attempts], run.entries) == ([0, 68], 219 + 13_081)
