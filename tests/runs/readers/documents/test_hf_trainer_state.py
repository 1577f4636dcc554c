"""The output directories of Hugging Face's Trainer as runs, while they are written and when they are done."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainmon.analysis import analyse
from trainmon.errors import NotARunError
from trainmon.runs.library import Library
from trainmon.runs.opening import find_runs, open_run
from trainmon.runs.run import Run

CLOSING = {
    "train_loss": 0.7,
    "train_runtime": 20.0,
    "train_samples_per_second": 4.0,
    "train_steps_per_second": 1.0,
    "total_flos": 9,
}


def logged(last: int, every: int = 10, **more: Any) -> list[dict[str, Any]]:
    return [{"epoch": step / 50, "step": step, "loss": 10 / step, **more} for step in range(every, last + 1, every)]


def save(folder: Path, step: int, history: list[dict[str, Any]] | None = None, **content: Any) -> Path:
    """Save a state as the Trainer does, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {"epoch": step / 50, "global_step": step, "log_history": logged(step) if history is None else history}
    text = json.dumps({**state, "max_steps": 100, "num_train_epochs": 2, **content}, indent=2, sort_keys=True)
    path = folder / "trainer_state.json"
    path.write_text(text + "\n", encoding="utf-8")
    return path


def saved_steps(run: Run) -> list[float]:
    return run.rows.values("step").tolist()


def test_while_it_trains_the_newest_checkpoint_has_the_rows_and_the_folder_is_one_run(tmp_path: Path) -> None:
    for step in (10, 20, 100):
        save(tmp_path / "out" / f"checkpoint-{step}", step, max_steps=200)
    (run,) = find_runs(tmp_path)
    assert (run.path.name, run.format, run.rows.count) == ("out", "hf_trainer_state", 10)
    assert [saved.step for saved in run.checkpoints] == [10, 20, 100]
    assert (run.plan.total_steps, run.plan.total_epochs) == (200, 2)
    assert analyse(run, now=0.0).progress.fraction == 0.5


def test_a_checkpoint_without_its_state_is_still_being_saved(tmp_path: Path) -> None:
    save(tmp_path / "checkpoint-10", 10)
    (tmp_path / "checkpoint-20").mkdir()
    assert open_run(tmp_path).rows.count == 1


def test_saved_models_of_others_are_no_run(tmp_path: Path) -> None:
    (tmp_path / "checkpoint-10").mkdir()
    (tmp_path / "checkpoint-10" / "model.safetensors").write_bytes(b"0")
    assert find_runs(tmp_path) == []


def test_the_state_beside_the_checkpoints_closes_the_training(tmp_path: Path) -> None:
    save(tmp_path / "checkpoint-90", 90)
    save(tmp_path, 100, [*logged(100), {"epoch": 2.0, "step": 100, **CLOSING}])
    run = open_run(tmp_path)
    assert run.entries == run.rows.count == 11
    assert not {"train_loss", "train_runtime"} & run.rows.columns.keys()
    assert (run.summary["train_loss"], run.summary["samples_per_second"]) == (0.7, 4.0)
    seen = analyse(run, now=0.0)
    assert (seen.run_state.word, seen.train.final if seen.train else None) == ("finished", 0.1)
    assert seen.run_state.evidence == "the Trainer recorded it as finished: 100 steps are done"


def test_a_training_that_stopped_early_and_summed_up_is_finished(tmp_path: Path) -> None:
    save(tmp_path, 50, [*logged(50), {"epoch": 1.0, "step": 50, **CLOSING}, {"epoch": 1.0, "step": 50, "eval_loss": 0.5}])
    assert analyse(open_run(tmp_path), now=0.0).run_state.word == "finished"


def test_a_training_that_went_on_after_it_summed_up_is_not(tmp_path: Path) -> None:
    save(tmp_path, 60, [*logged(50), {"epoch": 1.0, "step": 50, **CLOSING}, {"epoch": 1.2, "step": 60, "loss": 0.1}])
    assert analyse(open_run(tmp_path), now=0.0).run_state.word == "ended"


def test_all_steps_are_done_though_the_last_were_not_logged(tmp_path: Path) -> None:
    save(tmp_path / "checkpoint-105", 105, logged(100), max_steps=105)
    seen = analyse(open_run(tmp_path), now=0.0)
    assert (seen.run_state.word, seen.progress.fraction) == ("finished", 1.0)


def test_nothing_but_the_closing_sums_is_no_loss(tmp_path: Path) -> None:
    save(tmp_path, 5, [{"epoch": 1.0, "step": 5, **CLOSING}])
    run = open_run(tmp_path)
    assert (run.rows.count, "train_loss" in run.rows.roles) == (1, False)


def test_bare_nan_and_numbers_in_texts_are_read(tmp_path: Path) -> None:
    save(tmp_path, 10, [{"step": 5, "loss": 0.0, "grad_norm": math.nan}, {"step": 10, "loss": 0.0, "grad_norm": "1.5"}])
    column = open_run(tmp_path).rows.columns["grad_norm"]
    np.testing.assert_equal(column.values, [math.nan, 1.5])
    assert column.logged.all()


def test_several_validations_are_several_series_of_which_one_plays_the_role(tmp_path: Path) -> None:
    evaluations = [{"step": 10, "eval_new_loss": 2.0}, {"step": 10, "eval_seen_loss": 1.0}]
    save(tmp_path, 10, [*logged(10), *evaluations])
    run = open_run(tmp_path)
    assert run.rows.roles["eval_loss"] == "eval_new_loss"
    assert {"eval_new_loss", "eval_seen_loss"} <= set(run.rows.metrics())
    save(tmp_path, 10, [*logged(10), *evaluations, {"step": 10, "eval_loss": 1.5}])
    assert open_run(tmp_path).rows.roles["eval_loss"] == "eval_loss"


def test_a_half_written_state_keeps_the_last_good_one(tmp_path: Path) -> None:
    path = save(tmp_path, 20)
    library = Library([tmp_path])
    library.refresh()
    whole = path.read_bytes()
    for size in (0, 1, 40, len(whole) // 2, len(whole) - 3):
        path.write_bytes(whole[:size])
        library.refresh()
        assert (library.runs()[0].rows.count, library.runs()[0].problems) == (2, ())
    save(tmp_path, 50)
    assert library.refresh()
    assert saved_steps(library.runs()[0]) == [10, 20, 30, 40, 50]


def test_rows_arrive_with_each_checkpoint_and_only_the_new_ones_are_added(tmp_path: Path) -> None:
    save(tmp_path / "checkpoint-20", 20)
    library = Library([tmp_path])
    library.refresh()
    before = library.runs()[0].rows.columns["loss"].values
    save(tmp_path / "checkpoint-40", 40)
    library.refresh()
    now = library.runs()[0].rows.columns["loss"].values
    assert len(now) == 4
    assert now.ctypes.data == before.ctypes.data


def test_a_checkpoint_alone_and_a_state_of_another_name_open_too(tmp_path: Path) -> None:
    save(tmp_path / "checkpoint-10", 10)
    state = save(tmp_path / "checkpoint-20", 20)
    assert open_run(tmp_path / "checkpoint-20").rows.count == 2
    assert open_run(state).path == state.parent.resolve()
    other = tmp_path / "old_state.json"
    other.write_bytes((tmp_path / "checkpoint-10" / "trainer_state.json").read_bytes())
    assert (open_run(other).format, open_run(other).rows.count) == ("hf_trainer_state", 1)


def test_the_logs_of_the_same_training_beside_it_are_no_runs_of_their_own(tmp_path: Path) -> None:
    save(tmp_path, 20)
    (tmp_path / "all_results.json").write_text('{"train_loss": 0.5, "train_samples": 48}', encoding="utf-8")
    (tmp_path / "trainer_log.jsonl").write_text('{"current_steps": 10, "loss": 1.0}\n{"current_steps": 20, "loss": 0.5}\n')
    events = tmp_path / "runs" / "Jan31_12-00-00_host"
    events.mkdir(parents=True)
    (events / "events.out.tfevents.1.host").write_bytes(b"")
    (events / "log.csv").write_text("step,loss\n1,1\n", encoding="utf-8")
    (run,) = find_runs(tmp_path)
    assert (run.format, run.summary["train_samples"]) == ("hf_trainer_state", 48)


def test_a_folder_called_runs_that_holds_others_is_searched(tmp_path: Path) -> None:
    save(tmp_path, 20)
    save(tmp_path / "runs" / "first", 20)
    assert {run.path.name for run in find_runs(tmp_path)} == {tmp_path.name, "first"}


def test_until_the_next_checkpoint_the_log_of_llama_factory_has_the_rows(tmp_path: Path) -> None:
    log = tmp_path / "trainer_log.jsonl"
    log.write_text('{"current_steps": 10, "total_steps": 100, "loss": 1.0, "lr": 0.1, "epoch": 0.2}\n')
    library = Library([tmp_path])
    library.refresh()
    first = library.runs()[0]
    assert (first.path, first.format, first.rows.count) == (tmp_path.resolve(), "jsonl", 1)
    save(tmp_path / "checkpoint-20", 20)
    log.write_text(log.read_text() + '{"current_steps": 30, "total_steps": 100, "loss": 0.3, "lr": 0.1, "epoch": 0.6}\n')
    library.refresh()
    (run,) = library.runs()
    assert (run.id, run.format, saved_steps(run)) == (first.id, "hf_trainer_state", [10, 20, 30])
    assert run.rows.values("learning_rate")[-1] == 0.1
    save(tmp_path / "checkpoint-40", 40)
    library.refresh()
    assert saved_steps(library.runs()[0]) == [10, 20, 30, 40]


def test_a_file_of_that_name_that_is_none_is_said_to_be_none_where_a_person_names_it(tmp_path: Path) -> None:
    path = tmp_path / "trainer_state.json"
    path.write_text('{"tasks": []}', encoding="utf-8")
    assert find_runs(tmp_path) == []
    run = open_run(path)
    assert (run.rows.count, [problem.reason for problem in run.problems]) == (
        0,
        ["holds no log_history, as the state of a Trainer does"],
    )


@pytest.mark.parametrize("history", ["none", 5, {"0": {"loss": 1}}, [1, None, "x"], [[1, 2]]])
def test_a_history_of_another_shape_is_no_row(tmp_path: Path, history: Any) -> None:
    save(tmp_path, 10, history)
    assert open_run(tmp_path).rows.count == 0


def test_a_broken_state_is_a_problem_of_that_file(tmp_path: Path) -> None:
    save(tmp_path / "checkpoint-10", 10)
    broken = save(tmp_path / "checkpoint-20", 20)
    broken.write_text(broken.read_text()[:-20])
    run = open_run(tmp_path)
    assert (run.rows.count, [problem.file for problem in run.problems]) == (1, ["checkpoint-20/trainer_state.json"])


def test_a_folder_that_is_gone_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(NotARunError):
        open_run(tmp_path / "gone")
