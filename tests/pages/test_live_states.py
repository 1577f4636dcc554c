"""Live status in every state that a run can be in: each says what it is, and none shows what is not a number."""

from __future__ import annotations

import contextlib
import json
import re
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import rows, write_run
from tests.logs import epoch_row, train
from tests.pages.conftest import Open, words
from trainmon import MetricsTracker
from trainmon.runs.ids import run_id

OLD = 1_700_000_000.0


def said_by(app: AppTest) -> str:
    """Return all that a page says, having made sure that it broke nowhere and shows no Python."""
    assert not app.exception
    said = words(app)
    assert not re.search(r"\b(NaN|None|null)\b", said)
    return said


def log(folder: Path, error: BaseException | None = None) -> Path:
    """Log a training that ends after 120 steps, with an error where one is given."""
    with contextlib.suppress(RuntimeError, KeyboardInterrupt), MetricsTracker(folder, total_steps=200) as tracker:
        for step in range(120):
            tracker.log_step(0, step, 3 - step / 100, elapsed_time=step + 1.0, grad_norm=1 + step % 7)
        if error is not None:
            raise error
    return folder


def test_running_says_that_it_is_healthy_and_when_it_ends(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", rows(start=time.time() - 200)[:200], config={"num_epochs": 3})
    app = open_page(tmp_path)
    said = said_by(app)
    assert app.success[0].value.startswith("Healthy so far\\: loss fell by 73")
    text = app.get("progress")[0].proto.text.replace("\\", "").replace("\u2060", "")
    assert re.match(r"66 % · step 198 of 300 · ends about (\d{4}-\d\d-\d\d )?\d\d:\d\d", text)
    assert "over the last 50 rows" in said


def test_silent_makes_no_forecast(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", rows(start=time.time() - 4_000)[:200], config={"num_epochs": 3})
    app = open_page(tmp_path)
    assert "no sign of life" in said_by(app)
    assert "no forecast while it is silent" in app.get("progress")[0].proto.text


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (RuntimeError("CUDA out of memory"), "Failed: RuntimeError: CUDA out of memory. Until then: "),
        (KeyboardInterrupt(), "Interrupted: KeyboardInterrupt. Until then: "),
    ],
)
def test_broken_off_says_why_in_red_whatever_the_loss_looks_like(
    open_page: Open, tmp_path: Path, error: BaseException, line: str
) -> None:
    log(tmp_path / "run", error)
    app = open_page(tmp_path)
    said_by(app)
    assert app.error[0].value.replace("\\", "").replace("\u2060", "").startswith(line)
    assert not app.success


def test_finished_has_all_its_steps_and_no_forecast(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", start=OLD, config={"num_epochs": 3})
    app = open_page(tmp_path)
    said_by(app)
    assert app.success[0].value.startswith("Looks healthy\\: loss fell by 81")
    assert app.get("progress")[0].proto.text.replace("\\", "") == "100 % · step 299 of 300"


def test_a_loss_that_became_nan_is_not_shown_as_its_last_number(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", [train(0, step, 2.5 if step < 40 else "nan", at=step) for step in range(60)])
    app = open_page(tmp_path)
    said = said_by(app)
    assert "Loss not finite" in said
    assert "since step 40, last finite 2.5000" in said
    assert len(app.error) == 1
    assert not app.info
    assert not app.success


def test_epoch_rows_alone_are_enough(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", [epoch_row(epoch, 3 - epoch / 4, 3.2 - epoch / 4, at=60 * epoch) for epoch in range(8)])
    app = open_page(tmp_path)
    said = said_by(app)
    assert "Loss 1.2500" in said
    assert "At,epoch 7" in said
    assert app.get("vega_lite_chart")


def test_json_alone_is_enough(open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    steps = [{"epoch": 0, "step": step, "loss": 2 - step / 100} for step in range(50)]
    (tmp_path / "run" / "training_metrics.json").write_text(json.dumps({"step_metrics": steps, "epoch_metrics": []}))
    assert "Steps with data,50" in said_by(open_page(tmp_path))


def test_a_loss_that_was_never_filled_has_no_best_and_no_range(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", [train(0, step, 0.0, at=step) for step in range(60)])
    said = said_by(open_page(tmp_path))
    assert "Loss –" in said
    assert "Range,never filled" in said
    assert "There is no best point yet" in said


def test_the_newest_of_two_trainings_is_shown_and_the_judged_one_named(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [*rows(start=OLD), *rows(epochs=1, steps=40)])
    app = open_page(tmp_path, run=run_id(run), ledger="true")
    said = said_by(app)
    assert "chain 2 of 2 in this run" in said
    assert "Report and comparison speak of chain 1 of 2" in said
    assert "304 to 344 (41 rows)" in said.replace("\u2009", " ")


def test_the_saved_models_are_counted_and_the_newest_named(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    for epoch in range(3):
        (run / f"checkpoint_epoch{epoch}_step99").mkdir()
    said = said_by(open_page(tmp_path))
    assert 'Saved models,"3, every 100 steps"' in said
    assert "Newest,checkpoint_epoch" in said


def test_further_charts_come_when_they_are_asked_for(open_page: Open, tmp_path: Path) -> None:
    run = log(tmp_path / "run")
    assert len(open_page(tmp_path).get("vega_lite_chart")) == 1
    app = open_page(tmp_path, run=run_id(run), charts="true")
    assert "grad_norm" in said_by(app)
    assert len(app.get("vega_lite_chart")) == 2


def test_notes_and_a_bad_settings_file_are_shown(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    (run / "trainmon.toml").write_text('notes = "with the old tokenizer"\ntags = 3\n')
    said = said_by(open_page(tmp_path, run=run_id(run), problems="true"))
    assert "with the old tokenizer" in said
    assert "trainmon.toml, line 2: tags must be a list of texts" in said
