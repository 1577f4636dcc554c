"""Runs opened as their files are now."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.logs import HEADER, train, write_log
from trainmon.errors import NotARunError
from trainmon.runs.ids import run_id
from trainmon.runs.opening import find_runs, open_run


def test_opening_what_is_no_run_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(NotARunError, match=r"holds no training log: neither training_metrics\.csv nor"):
        open_run(tmp_path)
    with pytest.raises(NotARunError, match="does not exist"):
        open_run(tmp_path / "nowhere")


def test_runs_come_newest_first(tmp_path: Path) -> None:
    write_log(tmp_path / "old", [train(0, 1, at=0)])
    write_log(tmp_path / "new", [train(0, 1, at=500)])
    write_log(tmp_path / "without", [HEADER][:0])
    assert [run.name for run in find_runs(tmp_path)] == ["new", "old", "without"]


def test_a_file_of_a_run_stands_for_the_run(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(0, 1)])
    assert open_run(run / "training_metrics.csv").id == run_id(run)
