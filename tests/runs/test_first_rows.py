"""A run as it was when it had fewer rows."""

from __future__ import annotations

import json
from pathlib import Path

from tests.logs import run_of, stamp, train
from trainmon.runs.first_rows import cut_rows_of, first_rows_of
from trainmon.runs.run import Plan, Run


def resumed(folder: Path) -> Run:
    """Return a run of two attempts of 20 rows, the second with settings and a plan of its own, both finished, and two models."""
    for step in (10, 30):
        saved = folder / f"checkpoint_epoch0_step{step}"
        saved.mkdir()
        (saved / "checkpoint_info.json").write_text(json.dumps({"timestamp": stamp(step)}))
    common = {"end": "finished", "reason": "done"}
    attempts = [
        {"id": "a", "first_row": 0, "ended": stamp(19), "config": {"lr": 1}, "total_steps": 20, **common},
        {"id": "b", "first_row": 20, "ended": stamp(41), "config": {"lr": 2}, "total_steps": 40, "resumed_from": "a", **common},
    ]
    (folder / "training_run.json").write_text(json.dumps({"attempts": attempts}))
    (folder / "training_summary.json").write_text(json.dumps({"training_date": stamp(41), "total_samples_processed": 9}))
    return run_of(folder, [train(0, step, at=step) for step in range(40)])


def test_saved_models_are_those_written_until_the_last_row(tmp_path: Path) -> None:
    run = resumed(tmp_path)
    names = {rows: [saved.name for saved in first_rows_of(run, rows).checkpoints] for rows in (5, 11, 25, 31)}
    both = ["checkpoint_epoch0_step10", "checkpoint_epoch0_step30"]
    assert names == {5: [], 11: both[:1], 25: both[:1], 31: both}


def test_rows_without_a_time_have_no_saved_model(tmp_path: Path) -> None:
    resumed(tmp_path)
    assert first_rows_of(run_of(tmp_path, [train(0, step) for step in range(40)]), 30).checkpoints == ()


def test_the_attempt_that_logged_the_last_row_had_not_ended_and_the_one_before_had(tmp_path: Path) -> None:
    run = resumed(tmp_path)
    ends = [[each.record.end for each in first_rows_of(run, rows).attempts if each.record] for rows in (20, 30)]
    assert ends == [[None], ["finished", None]]


def test_settings_and_plan_are_those_of_the_attempts_that_had_begun(tmp_path: Path) -> None:
    run = resumed(tmp_path)
    before, after = first_rows_of(run, 20), first_rows_of(run, 21)
    assert (before.config, before.plan) == ({"lr": 1}, Plan(20, None, "as the tracker was told"))
    assert (after.config, after.plan) == ({"lr": 2}, run.plan)


def test_a_plan_that_people_wrote_beside_the_run_holds_for_all_its_rows(tmp_path: Path) -> None:
    (tmp_path / "trainmon.toml").write_text("[plan]\nsteps = 70\n")
    attempts = [{"id": str(first), "first_row": first} for first in (0, 20)]
    (tmp_path / "training_run.json").write_text(json.dumps({"attempts": attempts}))
    run = run_of(tmp_path, [train(0, step, at=step) for step in range(40)])
    assert first_rows_of(run, 10).plan == run.plan == Plan(70, None, "trainmon.toml")


def test_what_was_summed_up_later_is_not_known_yet(tmp_path: Path) -> None:
    run = first_rows_of(resumed(tmp_path), 30)
    assert (run.summary, run.summary_time) == ({}, None)


def test_cut_rows_are_the_first_rows_by_the_attempts_of_all(tmp_path: Path) -> None:
    run = resumed(tmp_path)
    for rows in (1, 19, 20, 21, 39, 40):
        cut, then = cut_rows_of(run, rows), first_rows_of(run, rows)
        assert cut.attempts == then.attempts
        assert (cut.plan, cut.config, cut.checkpoints, cut.summary) == (then.plan, then.config, then.checkpoints, then.summary)
        assert cut.global_step.tolist() == then.global_step.tolist()
        assert [(c.number, c.attempts, c.line.tolist(), c.ghosts.tolist()) for c in cut.chains] == [
            (c.number, c.attempts, c.line.tolist(), c.ghosts.tolist()) for c in then.chains
        ]
