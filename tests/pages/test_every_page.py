from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages._parts import hub
from tests.builders import append, rows, write_run
from tests.pages.conftest import PAGES, Open, run_until, words
from trainmon.runs.ids import run_id

HOSTILE = "**b** <b>x<b> [a](x) :red[r] :material-x: $y$"


def assert_fine(app: AppTest) -> None:
    assert not app.exception


@pytest.mark.parametrize("page", PAGES)
def test_a_missing_root_is_named_with_the_checks_and_the_next_step(page: str, open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path / "nowhere", page=page)
    assert_fine(app)
    said = words(app)
    assert f"{tmp_path / 'nowhere'} does not exist" in said
    assert "Does the folder exist?" in said
    assert "Has the training started?" in said
    assert "Are there errors in the notebook" in said
    assert "streamlit run app.py -- FOLDER" in said
    assert f"python -m trainmon demo {tmp_path / 'nowhere' / 'demo'}" in said


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_root_is_named_with_the_checks_and_the_next_step(page: str, open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page=page)
    assert_fine(app)
    said = words(app)
    assert f"training_metrics.csv in {tmp_path} and the folders below it" in said
    assert "Has the training started?" in said
    assert f"ls -la {tmp_path}" in said
    assert [button.label for button in app.button] == ["Start the demo"]


@pytest.mark.parametrize("page", ["live.py", "loss.py", "memory.py", "report.py"])
def test_a_log_without_rows_names_its_file_and_how_to_follow_it(page: str, open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", [])
    app = open_page(tmp_path, page=page)
    assert_fine(app)
    said = words(app)
    log = tmp_path / "run" / "training_metrics.csv"
    assert f"the first row of {log}" in said
    assert f"tail -f {log}" in said
    assert "No row has been logged yet" in said


@pytest.mark.parametrize("page", ["live.py", "loss.py", "memory.py", "report.py"])
def test_an_unreadable_log_names_the_problem_and_the_next_step(page: str, open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", ["nonsense", "1,2"])
    app = open_page(tmp_path, page=page)
    assert_fine(app)
    said = words(app)
    assert "No row can be read" in said
    assert "training_metrics.csv, line 2" in said
    assert f"ls -la {tmp_path / 'run'}" in said


@pytest.mark.parametrize("page", ["live.py", "loss.py", "memory.py", "report.py"])
def test_json_files_without_rows_say_where_the_csv_was_looked_for(page: str, open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "training_metrics.json").write_text('{"step_metrics": [], "epoch_metrics": []}')
    app = open_page(tmp_path, page=page)
    assert_fine(app)
    said = words(app)
    assert f"training_metrics.csv in {tmp_path / 'run'}" in said
    assert f"ls -la {tmp_path / 'run'}" in said


def test_a_page_that_waits_goes_on_when_data_appears(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path)
    assert "No runs yet" in words(app)
    write_run(tmp_path / "run", [])
    run_until(app, lambda: "Waiting for the first row" in words(app))
    append(tmp_path / "run", rows())
    run_until(app, lambda: "Epoch 3" in words(app))


def test_the_demo_is_started_where_nothing_is_there(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path)
    app.button(key="start_demo").click().run()
    demo = hub.open_roots().demo
    assert demo is not None
    try:
        run_until(app, lambda: "logged as epoch" in words(app))
        assert (tmp_path / "demo" / "training_metrics.csv").exists()
    finally:
        demo.terminate()
        demo.wait()


@pytest.mark.parametrize("page", PAGES)
def test_a_single_run_opens_by_itself(page: str, open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "only", config={"num_epochs": 3})
    app = open_page(tmp_path, page=page)
    assert_fine(app)
    assert "only" in words(app) if page != "compare.py" else "Choose two runs or more" in words(app)


@pytest.mark.parametrize("page", PAGES)
def test_an_unknown_run_gets_a_sentence_and_no_other_run(page: str, open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "only")
    app = open_page(tmp_path, page=page, run="gone-123456")
    assert_fine(app)
    assert "No run with the id 'gone-123456' was found" in words(app)
    assert not app.metric
    assert not app.get("vega_lite_chart")


@pytest.mark.parametrize("page", PAGES)
def test_names_from_files_are_shown_as_text(page: str, open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / HOSTILE, config={HOSTILE: HOSTILE, "num_epochs": 3})
    app = open_page(tmp_path, page=page, run=run_id(run))
    assert_fine(app)
    assert HOSTILE in words(app)
    for block in [*app.header, *app.markdown, *app.caption]:
        assert "**b**" not in str(block.value)
        assert ":red[" not in str(block.value)
        assert "<b>" not in str(block.value)


def test_a_broken_line_is_shown_and_costs_only_itself(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [*rows()[:20], "torn,line", *rows()[20:]])
    app = open_page(tmp_path, run=run_id(run), problems="true")
    assert_fine(app)
    assert [each.label for each in app.expander][-1] == "Problems met while reading (1)"
    assert "training_metrics.csv, line 22" in words(app)
