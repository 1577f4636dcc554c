"""The logs of other tools on every page: nothing is called a step where epochs or rows are counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pages.conftest import PAGES, Open, run_until, words
from tests.tool_logs import gan_log, keras_log, lightning_log, rows_log, write_table, yolo_log
from trainmon.runs.ids import run_id

ONE_RUN = [page for page in PAGES if page != "compare.py"]
A_STEP = re.compile(r"\b[Ss]teps? [\d–]|at step|global step|Steps with data|Total steps|Steps per second")
FOLDED = {"live.py": {"roles": "true", "rows": "true", "charts": "true"}}


@pytest.mark.parametrize("page", ONE_RUN)
def test_a_log_that_counts_epochs_alone_speaks_of_no_step(page: str, open_page: Open, tmp_path: Path) -> None:
    run = keras_log(tmp_path / "run" / "history.csv")
    app = open_page(tmp_path, page=page, run=run_id(run), **FOLDED.get(page, {}))
    assert not app.exception
    said = words(app)
    assert A_STEP.findall(said) == []
    assert "MetricsTracker" not in said or page == "memory.py"
    if page in ("live.py", "report.py"):
        assert "since epoch 8 while training fell" in said
        assert "use the checkpoint nearest to epoch 8" in said


@pytest.mark.parametrize("page", ONE_RUN)
def test_a_log_that_counts_nothing_speaks_of_its_rows(page: str, open_page: Open, tmp_path: Path) -> None:
    run = rows_log(tmp_path / "run" / "loss.csv")
    app = open_page(tmp_path, page=page, run=run_id(run), **FOLDED.get(page, {}))
    assert not app.exception
    assert A_STEP.findall(words(app)) == []
    if page == "live.py":
        assert "Row 59" in words(app)
        assert "no step is logged: the 60 rows are counted from 0" in words(app)


def test_the_columns_are_told_and_a_correction_in_the_folder_changes_them_at_once(open_page: Open, tmp_path: Path) -> None:
    run = gan_log(tmp_path / "run" / "losses.csv")
    app = open_page(tmp_path, run=run_id(run), roles="true")
    said = words(app)
    assert "This log has no total loss: loss_G, a part of it, is followed here; others: loss_D." in said
    assert '[files."losses.csv".roles]\ntrain_loss = "loss_D"' in said
    assert re.search(r"Train loss,loss_G,by its name", said)
    (tmp_path / "run" / "trainmon.toml").write_text('[files."losses.csv".roles]\ntrain_loss = "loss_D"\n')
    run_until(app, lambda: "Train loss,loss_D,as trainmon.toml says" in words(app))
    assert "This log has no total loss" not in words(app)


def test_a_correction_of_one_log_leaves_the_others_in_its_folder_alone(open_page: Open, tmp_path: Path) -> None:
    first, second = gan_log(tmp_path / "a.csv"), gan_log(tmp_path / "b.csv")
    (tmp_path / "trainmon.toml").write_text('[files."a.csv"]\nname = "the critic"\nroles.train_loss = "loss_D"\n')
    app = open_page(tmp_path)
    assert sorted(app.dataframe[0].value["Run"])[1] == "the critic"
    assert "Train loss,loss_D," in words(open_page(tmp_path, run=run_id(first), roles="true"))
    assert "Train loss,loss_G,by its name" in words(open_page(tmp_path, run=run_id(second), roles="true"))


def test_a_column_that_is_said_to_hold_the_times_gives_the_state(open_page: Open, tmp_path: Path) -> None:
    table = write_table(
        tmp_path / "loss.csv", "epoch,loss,saved_at", [f"{at},{2 - at / 20},{1.7e9 + 60 * at}" for at in range(20)]
    )
    app = open_page(tmp_path, run=run_id(table), roles="true")
    assert "its rows carry no times" in words(app)
    (tmp_path / "trainmon.toml").write_text('[roles]\ntime = "saved_at"\n')
    run_until(app, lambda: "usually every 1 min; how it ended is not known" in words(app))
    assert "Clock time,saved_at,as trainmon.toml says" in words(app)


def test_runs_that_count_differently_share_a_table(open_page: Open, tmp_path: Path) -> None:
    keras_log(tmp_path / "keras" / "history.csv")
    lightning_log(tmp_path / "lightning" / "version_0")
    rows_log(tmp_path / "rows" / "loss.csv")
    table = open_page(tmp_path).dataframe[0].value.set_index("Run")
    assert table.loc["keras/history.csv", "at"] == "epoch 23"
    assert table.loc["lightning/version_0", "at"] == "step 199"
    assert table.loc["rows/loss.csv", "at"] == "row 59"
    assert table.loc["keras/history.csv", "Finding"] == "✕ Overfitting, epoch 8"


def test_an_epoch_log_is_compared_with_one_of_steps_after_the_same_number_of_epochs(open_page: Open, tmp_path: Path) -> None:
    first, second = keras_log(tmp_path / "keras" / "history.csv"), lightning_log(tmp_path / "lightning" / "version_0")
    app = open_page(tmp_path, page="compare.py", run=[run_id(first), run_id(second)])
    assert not app.exception
    said = words(app)
    assert "in validation loss after 3.98 epochs" in said
    assert "These runs do not count alike" in said
    assert list(app.dataframe[0].value["at"]) == ["step 199", "epoch 9"]


def test_a_part_of_a_loss_is_compared_with_the_same_part_alone(open_page: Open, tmp_path: Path) -> None:
    yolo, other = yolo_log(tmp_path / "yolo" / "train1"), yolo_log(tmp_path / "yolo" / "train2", floor=0.7)
    keras = keras_log(tmp_path / "keras" / "history.csv")
    both = words(open_page(tmp_path, page="compare.py", run=[run_id(yolo), run_id(other)]))
    assert "in validation loss (box) at epoch 20" in both
    apart = words(open_page(tmp_path, page="compare.py", run=[run_id(yolo), run_id(keras)]))
    assert "These runs have no metric in common" in apart


def test_the_plan_of_a_tool_gives_the_progress(open_page: Open, tmp_path: Path) -> None:
    run = yolo_log(tmp_path / "train", 5, planned=20)
    said = words(open_page(tmp_path, run=run_id(run)))
    assert "Epoch 5 of 20" in said
    assert "Speed, s/epoch 30" in said


def test_a_look_at_the_past_is_placed_by_epoch_or_row(open_page: Open, tmp_path: Path) -> None:
    epochs, rows = keras_log(tmp_path / "a" / "history.csv"), rows_log(tmp_path / "b" / "loss.csv")
    assert "as of epoch 9" in words(open_page(tmp_path, run=run_id(epochs), until="10"))
    assert "as of row 9" in words(open_page(tmp_path, run=run_id(rows), until="10"))
