"""Runs below one or more roots: found, named, kept up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.logs import train, write_log
from trainmon.analysis import analyse
from trainmon.errors import UnknownRunError
from trainmon.runs.ids import run_id
from trainmon.runs.library import Library
from trainmon.runs.opening import open_run


def library(*roots: Path) -> Library:
    made = Library(roots)
    made.refresh()
    return made


def append(run: Path, row: str) -> None:
    with (run / "training_metrics.csv").open("a") as file:
        file.write(row + "\n")


def test_two_roots_of_the_same_name_hold_different_runs(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "checkpoints", tmp_path / "b" / "checkpoints"
    write_log(first, [train(0, 1)])
    write_log(second, [train(0, 1), train(0, 2)])
    found = library(first, second).runs()
    assert [run.name for run in found] == ["checkpoints", "checkpoints"]
    assert len({run.id for run in found}) == 2
    assert sorted(run.rows.count for run in found) == [1, 2]


def test_a_run_has_the_same_id_through_whichever_root_it_is_found_and_is_listed_once(tmp_path: Path) -> None:
    run = write_log(tmp_path / "runs" / "lr-1e-4", [train(0, 1)])
    (found,) = library(run, tmp_path, tmp_path / "runs").runs()
    assert found.id == run_id(run) == open_run(run).id
    assert found.id.startswith("lr-1e-4-")


def test_new_rows_and_new_runs_raise_the_revision_and_nothing_else_does(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(0, 1)])
    watched = library(tmp_path)
    revision = watched.revision
    assert not watched.refresh()
    assert watched.revision == revision
    append(run, train(0, 2))
    assert watched.refresh()
    assert watched.revision > revision
    assert watched.runs()[0].rows.count == 2
    write_log(tmp_path / "other", [train(0, 1)])
    assert watched.refresh()
    assert len(watched.runs()) == 2


def test_a_replaced_summary_raises_the_revision(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(0, 1)])
    watched = library(tmp_path)
    revision = watched.revision
    (run / "training_summary.json").write_text("{}")
    watched.refresh()
    assert watched.revision > revision


def test_a_value_handed_out_earlier_stays_as_it_was(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(0, step, step) for step in range(100)])
    watched = library(tmp_path)
    before = watched.runs()[0]
    for step in range(100, 400):
        append(run, train(0, step, step))
    watched.refresh()
    assert before.rows.count == 100
    assert before.rows.values("train_loss").tolist() == list(range(100))


def test_a_removed_run_is_gone(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(0, 1)])
    watched = library(tmp_path)
    (run / "training_metrics.csv").unlink()
    watched.refresh()
    assert watched.runs() == ()


def test_an_unknown_id_is_a_sentence_and_never_another_run(tmp_path: Path) -> None:
    write_log(tmp_path / "run", [train(0, 1)])
    with pytest.raises(UnknownRunError, match=r"No run with the id '\.\./run' was found below "):
        library(tmp_path).get("../run")


def test_an_attempt_is_named_behind_the_id(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(1, 1), train(0, 1)])
    watched = library(tmp_path)
    assert watched.resolve(f"{run_id(run)}@2")[1] == 2
    assert watched.resolve(run_id(run))[1] is None
    for wrong in ("3", "0", "x"):
        with pytest.raises(UnknownRunError, match="has no attempt"):
            watched.resolve(f"{run_id(run)}@{wrong}")


def test_a_root_that_is_missing_or_a_file_is_a_problem_until_it_is_a_folder(tmp_path: Path) -> None:
    missing = tmp_path / "checkpoints"
    watched = library(missing)
    assert [(p.file, p.reason) for p in watched.root_problems()] == [(str(missing), "does not exist")]
    write_log(missing, [train(0, 1)])
    assert watched.refresh()
    assert (watched.root_problems(), len(watched.runs())) == ((), 1)


def test_settings_of_the_root_hold_for_the_runs_below(tmp_path: Path) -> None:
    write_log(tmp_path / "run", [train(0, 1)])
    (tmp_path / "trainmon.toml").write_text("[plan]\nsteps = 9\n")
    assert library(tmp_path).runs()[0].plan.total_steps == 9


def test_a_run_that_was_only_given_a_name_is_no_more_alive_than_before(tmp_path: Path) -> None:
    write_log(tmp_path / "run", [train(0, 1, at=0.0)])
    found = library(tmp_path)
    (tmp_path / "run" / "trainmon.toml").write_text('name = "the old one"\nhide = true\n')
    assert found.refresh()
    (run,) = found.runs()
    assert (run.name, run.hidden, run.observation.grew_at) == ("the old one", True, None)
    append(tmp_path / "run", train(0, 2, at=1.0))
    found.refresh()
    assert found.runs()[0].observation.grew_at is not None


def test_a_run_that_comes_while_others_are_watched_grew_and_one_that_comes_again_did_not(tmp_path: Path) -> None:
    there = write_log(tmp_path / "there", [train(0, 1)])
    found = library(tmp_path)
    write_log(tmp_path / "new", [train(0, 1)])
    there.rename(tmp_path.parent / "away")
    found.refresh()
    (tmp_path.parent / "away").rename(there)
    found.refresh()
    assert {run.name: run.observation.grew_at is not None for run in found.runs()} == {"new": True, "there": False}


def test_what_is_remembered_of_a_run_lasts_until_its_next_revision(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(0, 1)])
    watched = library(tmp_path)
    before = watched.runs()[0]
    memo = watched.memo_of(before)
    watched.refresh()
    assert watched.memo_of(before) is memo
    append(run, train(0, 2))
    watched.refresh()
    now = watched.memo_of(watched.runs()[0])
    assert now is not memo
    assert now.growing is memo.growing


def test_a_run_of_an_earlier_revision_takes_nothing_of_a_later_one(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(0, 1, 3.0)])
    watched = library(tmp_path)
    before = watched.runs()[0]
    append(run, train(0, 2, 2.0))
    watched.refresh()
    newest = watched.runs()[0]
    assert (
        analyse(newest, now=0.0, memo=watched.memo_of(newest)).whole_train
        != analyse(before, now=0.0, memo=watched.memo_of(before)).whole_train
    )


def test_a_library_held_still_remembers_what_was_known_of_its_runs(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(0, 1)])
    watched = library(tmp_path)
    before = watched.runs()[0]
    memo, still = watched.memo_of(before), watched.still()
    append(run, train(0, 2))
    watched.refresh()
    assert still.runs() == (before,)
    assert still.memo_of(before) is memo
