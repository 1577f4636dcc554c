from __future__ import annotations

from pathlib import Path

from tests.logs import write_log
from tests.rows import falling, train_row
from trainmon.analysis import analyse
from trainmon.reports.status_text import status_text
from trainmon.runs.opening import open_run

NOW = 1_900_000_000.0


def text(*directories: Path) -> str:
    return status_text([analyse(open_run(directory), now=NOW) for directory in directories])


def test_one_run_is_a_block_with_its_figures_and_where_they_were_logged(tmp_path: Path) -> None:
    shown = text(write_log(tmp_path / "run", falling()))
    assert shown.startswith("run\n")
    assert "train loss  first 2.0000, final 1.0500, best 1.0500 at epoch 0, step 19\n" in shown
    assert "validation  first 1.9000, final 1.1500, best 1.1500 at epoch 0, step 19\n" in shown
    assert "rows        20, 1 attempt\n" in shown


def test_several_runs_are_a_table_with_a_line_each(tmp_path: Path) -> None:
    lines = text(write_log(tmp_path / "one", falling()), write_log(tmp_path / "two", falling(6))).splitlines()
    assert lines[0].split() == ["run", "state", "progress", "rows", "train", "loss", "best", "validation", "best"]
    assert [line.split()[-5:] for line in lines[1:]] == [
        ["20", "1.0500", "1.0500", "1.1500", "1.1500"],
        ["6", "1.7500", "1.7500", "1.9000", "1.9000"],
    ]


def test_a_loss_that_was_never_filled_has_no_best(tmp_path: Path) -> None:
    shown = text(write_log(tmp_path / "run", [train_row(i, 0, i, 0) for i in range(5)]))
    assert "no best: it was never filled" in shown
    assert "best 0.0000" not in shown


def test_problems_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    shown = text(write_log(tmp_path / "run", [*falling(), *["no row"] * 8]))
    assert shown.count("training_metrics.csv, line") == 5
    assert "and 3 more" in shown


def test_a_run_without_rows_says_what_is_not_logged(tmp_path: Path) -> None:
    shown = text(write_log(tmp_path / "run", []))
    assert "state       not started" in shown
    assert "nan" not in shown.lower()
    assert "None" not in shown


def test_below_the_table_stands_what_was_wrong_with_the_files_of_each_run(tmp_path: Path) -> None:
    lines = text(write_log(tmp_path / "one", falling()), write_log(tmp_path / "two", ["garbage"])).splitlines()
    assert lines[-1] == "  problem     training_metrics.csv, line 2: the header has 9 cells, this line 1; the line is left out"
