"""Reports, status and check on the logs of other tools: what they count, what their columns are, and the report as a run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tool_logs import gan_log, keras_log, lightning_log, rows_log, yolo_log
from trainmon.analysis import analyse
from trainmon.commands.terminal import screen
from trainmon.reports.check_json import check_json
from trainmon.reports.check_text import check_text
from trainmon.reports.html import report_html
from trainmon.reports.markdown import report_markdown
from trainmon.reports.plots import plots_folder
from trainmon.reports.redaction import redacted
from trainmon.reports.role_table import correction, role_table
from trainmon.reports.status_json import status_json
from trainmon.reports.status_text import status_text
from trainmon.reports.text import report_text
from trainmon.runs.opening import open_run
from trainmon.runs.run import Run

A_STEP = re.compile(r"\b[Ss]teps? [\d–]|\b[Ss]tep: \d|at step|global step|Steps with data|Total [Ss]teps|Steps per second")
BY_FOLDER: dict[str, Callable[[Path], Path]] = {"lightning": lightning_log, "yolo": yolo_log}
LOGS: dict[str, Callable[[Path], Path]] = {
    **BY_FOLDER,
    "keras": lambda folder: keras_log(folder / "history.csv"),
    "rows": lambda folder: rows_log(folder / "loss.csv"),
    "gan": lambda folder: gan_log(folder / "losses.csv"),
}


def run_of(name: str, folder: Path) -> Run:
    return open_run(LOGS[name](folder / name))


def entry(document: str, *without: str) -> dict[str, Any]:
    (only,) = json.loads(document)["runs"]
    return {name: value for name, value in only.items() if name not in ("run", "path", "format", *without)}


@pytest.mark.parametrize("name", ["keras", "yolo", "rows", "gan"])
def test_no_report_speaks_of_steps_where_epochs_or_rows_are_counted(name: str, tmp_path: Path) -> None:
    analysis = analyse(run_of(name, tmp_path), now=0.0)
    for said in (
        report_text(analysis), report_markdown(analysis), status_text([analysis]), check_text([analysis]),
        screen(analysis).plain,
    ):  # fmt: skip
        assert A_STEP.findall(said) == []
        assert "MetricsTracker" not in said


def test_the_place_of_a_finding_is_an_epoch_or_a_row(tmp_path: Path) -> None:
    analysis = analyse(run_of("keras", tmp_path), now=0.0)
    assert "since epoch 8 while training fell" in check_text([analysis])
    assert "use the checkpoint nearest to epoch 8" in report_text(analysis)
    found = entry(check_json([analysis]))
    assert (found["counted"], found["findings"][0]["step"]) == ("epoch", 8)


@pytest.mark.parametrize("name", list(LOGS))
def test_a_report_opens_as_a_run_with_the_same_figures_roles_and_reasons(name: str, tmp_path: Path) -> None:
    run = run_of(name, tmp_path)
    file = tmp_path / "report.html"
    file.write_text(report_html(analyse(run, now=0.0)), encoding="utf-8")
    again = open_run(file)
    assert (again.format, again.origin, again.rows.counted) == ("trainmon_report", run.format, run.rows.counted)
    assert (again.rows.roles, again.rows.reasons) == (run.rows.roles, run.rows.reasons)
    before, after = analyse(run, now=0.0), analyse(again, now=0.0)
    assert entry(status_json([after])) == entry(status_json([before]))
    assert entry(check_json([after])) == entry(check_json([before]))
    assert role_table(after).rows == role_table(before).rows


def test_a_run_says_which_columns_are_what_and_how_to_say_it_better(tmp_path: Path) -> None:
    analysis = analyse(run_of("yolo", tmp_path), now=0.0)
    assert ("Train loss", "train/box_loss", "by its name") in role_table(analysis).rows
    assert ("Step", "none", "each row stands for an epoch") in role_table(analysis).rows
    assert correction(analysis.run) == '[roles]\ntrain_loss = "train/cls_loss"'
    for said in (report_text(analysis), report_markdown(analysis).replace("\\", ""), report_html(analysis)):
        assert "train/box_loss" in said
        assert "takes another column at once" in said
    assert "columns     train loss: train/box_loss, validation loss: val/box_loss, epoch: epoch," in status_text([analysis])


def test_of_a_log_beside_others_the_lines_name_it(tmp_path: Path) -> None:
    assert correction(run_of("gan", tmp_path)) == '[files."losses.csv".roles]\ntrain_loss = "loss_D"'
    assert correction(run_of("keras", tmp_path)) == '[files."history.csv".roles]\ntrain_loss = "its name"'
    assert correction(redacted(run_of("yolo", tmp_path))).startswith("[roles]")


def test_several_runs_stand_in_the_table_by_their_names(tmp_path: Path) -> None:
    long = "a-data-set-with-a-very-long-name-and-a-model-with-another"
    runs = [open_run(keras_log(tmp_path / folder / "history.csv")) for folder in (long, "short")]
    lines = status_text([analyse(run, now=0.0) for run in runs]).splitlines()
    assert lines[1].startswith("a-data-set-with-a-very…h-another/history.csv ")
    assert lines[2].startswith("short/history.csv ")
    assert [line.partition(":")[0] for line in check_text([analyse(run, now=0.0) for run in runs]).split("\n\n")] == [
        f"{long}/history.csv", "short/history.csv",
    ]  # fmt: skip


def test_the_plots_of_two_logs_in_a_folder_do_not_meet(tmp_path: Path) -> None:
    first, second = (open_run(keras_log(tmp_path / name)) for name in ("a.csv", "b.csv"))
    assert plots_folder(first) == tmp_path / "plots" / "a.csv"
    assert plots_folder(second) != plots_folder(first)
    assert plots_folder(open_run(yolo_log(tmp_path / "yolo"))) == tmp_path / "yolo" / "plots"


def test_the_terminal_names_a_run_that_is_called_otherwise_than_its_path(tmp_path: Path) -> None:
    run = run_of("keras", tmp_path)
    assert f"{run.name} (id {run.id})" in screen(analyse(run, now=0.0)).plain
