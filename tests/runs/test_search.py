"""Which folders are entered, and what is found in them."""

from __future__ import annotations

from pathlib import Path

from tests.logs import train, write_log
from trainmon.runs.opening import find_runs


def test_a_root_may_be_a_run_itself_and_hold_more(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 1)])
    write_log(tmp_path / "deep" / "down" / "inner", [train(0, 1)])
    assert {run.name for run in find_runs(tmp_path)} == {tmp_path.name, "inner"}


def test_links_in_a_circle_are_walked_once(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(0, 1)])
    (run / "again").symlink_to(tmp_path, target_is_directory=True)
    assert len(find_runs(tmp_path)) == 1


def test_saved_models_hidden_folders_and_plots_are_not_searched(tmp_path: Path) -> None:
    for name in (".hidden", "checkpoint-100", "plots", "node_modules"):
        write_log(tmp_path / name, [train(0, 1)])
    assert find_runs(tmp_path) == []
