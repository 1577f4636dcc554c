"""The folder of DVCLive as one run."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from trainmon.runs.library import Library
from trainmon.runs.opening import find_runs, open_run


def write(folder: Path, **tables: str) -> Path:
    """Write the folder as DVCLive does: a table a metric, "__" for a folder in its name."""
    for name, lines in tables.items():
        path = folder / "plots" / "metrics" / (name.replace("__", "/") + ".tsv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(lines.replace(" ", "\t"), encoding="utf-8")
    (folder / "metrics.json").write_text('{\n    "train": {\n        "loss": 1.0\n    },\n    "step": 2\n}', encoding="utf-8")
    (folder / "params.yaml").write_text("lr: 0.1\nepochs: 3\n", encoding="utf-8")
    return folder


def test_the_tables_of_the_metrics_are_one_run_with_a_row_a_step(tmp_path: Path) -> None:
    write(tmp_path / "dvclive", train__loss="step loss\n0 3\n1 2\n2 1\n", acc="timestamp step acc\n1700000000000 1 0.5\n")
    (run,) = find_runs(tmp_path)
    assert (run.path.name, run.format, run.rows.count) == ("dvclive", "json_history", 3)
    assert run.rows.values("train_loss").tolist() == [3, 2, 1]
    np.testing.assert_equal(run.rows.columns["acc"].values, [math.nan, 0.5, math.nan])
    np.testing.assert_equal(run.rows.time, [math.nan, 1.7e9, math.nan])
    assert (run.config, run.plan.total_epochs, run.summary["step"]) == ({"lr": 0.1, "epochs": 3}, 3, 2)
    assert open_run(tmp_path / "dvclive" / "metrics.json").path == run.path


def test_tables_grow_one_after_the_other_and_new_ones_come(tmp_path: Path) -> None:
    folder = write(tmp_path / "dvclive", loss="step loss\n0 3\n")
    library = Library([tmp_path])
    library.refresh()
    with (folder / "plots" / "metrics" / "loss.tsv").open("a") as file:
        file.write("1\t2\n2\t1")
    write(folder, val_loss="step val_loss\n0 4\n1 3\n")
    assert library.refresh()
    run = library.runs()[0]
    assert run.rows.values("train_loss").tolist() == [3, 2]
    assert run.rows.values("eval_loss").tolist() == [4, 3]
    assert not library.refresh()


def test_steps_that_begin_again_are_rows_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, loss="step loss\n0 3\n1 2\n2 1\n0 5\n1 4\n")
    run = open_run(tmp_path)
    assert run.rows.values("train_loss").tolist() == [3, 2, 1, 5, 4]
    assert len(run.attempts) == 2


def test_lines_without_a_step_and_words_do_no_harm(tmp_path: Path) -> None:
    write(tmp_path, loss="step loss\nx 3\n\n1\n2 high\n3 nan\n")
    run = open_run(tmp_path)
    np.testing.assert_equal(run.rows.columns["loss"].values, [math.nan, math.nan, math.nan])
    assert run.rows.columns["loss"].logged.tolist() == [False, False, True]


def test_plots_beside_other_files_are_no_run_of_dvclive(tmp_path: Path) -> None:
    (tmp_path / "plots").mkdir()
    (tmp_path / "metrics.json").write_text('{"loss": 1}')
    assert find_runs(tmp_path) == []
