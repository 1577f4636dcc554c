from __future__ import annotations

import re
from pathlib import Path

from tests.builders import rows, write_run
from tests.humps import hump
from tests.pages.conftest import Open, run_names, words
from tests.real_data import COACH, needs_real_logs
from trainmon.runs.ids import run_id


def test_several_runs_are_listed_with_state_and_best_loss(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "a", floor=0.5)
    write_run(tmp_path / "b", floor=0.7, start=1_700_000_000.0)
    app = open_page(tmp_path)
    table = app.dataframe[0].value
    assert run_names(app) == ["a", "b"]
    assert list(table["State"]) == ["● running", "■ ended"]
    assert list(table["Best loss"].round(4)) == [0.6058, 0.8058]
    assert not app.metric


def test_choosing_a_run_in_the_sidebar_opens_it(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "a")
    write_run(tmp_path / "b", start=1_700_000_000.0)
    app = open_page(tmp_path)
    app.sidebar.selectbox[0].set_value(run_id(run)).run()
    assert not app.exception
    assert app.query_params["run"] in (run_id(run), [run_id(run)])
    assert [header.value for header in app.header] == ["a"]


def test_an_unknown_run_leads_to_the_list_of_all(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "a")
    write_run(tmp_path / "b", start=1_700_000_000.0)
    app = open_page(tmp_path, run="gone-123456")
    app.button(key="show_all_runs").click().run()
    assert run_names(app) == ["a", "b"]


def test_the_figures_of_the_guide_are_shown(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", rows()[:250], config={"num_epochs": 3})
    app = open_page(tmp_path)
    said = words(app)
    assert "Epoch 3 of 3" in said
    assert "logged as epoch 2" in said
    assert "Step 47" in said
    assert "Loss 0.7" in said
    assert "Memory available 7\u2009753 MB" in said
    assert "Validation 0.96" in said
    assert "Best checkpoint" in said
    assert "Steps with data,248" in said
    assert "good" in said
    assert app.get("progress")


def test_without_a_plan_the_page_says_what_would_give_one(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    assert "No plan is known: pass total_steps" in words(open_page(tmp_path))


def test_only_the_newest_rows_are_in_the_table_and_only_while_it_is_open(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    assert not open_page(tmp_path).dataframe
    table = open_page(tmp_path, run=run_id(run), rows="true").dataframe[0].value
    assert len(table) == 12
    assert list(table["phase"][:2]) == ["epoch", "train"]


def test_rows_beyond_until_are_left_out(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    app = open_page(tmp_path, run=run_id(run), until="50")
    assert not app.exception
    assert "Step 49" in words(app)
    assert "the first 50 rows only" in words(app)


def test_an_until_that_is_no_number_is_said_and_ignored(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    app = open_page(tmp_path, run=run_id(run), until="soon")
    assert not app.exception
    assert "'until=soon', which is not a number of rows" in words(app)
    assert "Step 99" in words(app)


def test_each_finding_says_since_when_it_is_known(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", hump(leak_from=450))
    said = words(open_page(tmp_path, run=run_id(run)))
    assert re.search(r"Known since epoch 0, step 4\d\d \(a notice until step 5\d\d\)", said)
    assert re.search(r"known since epoch 0, step 4\d\d", said)


def test_what_was_taken_back_is_folded_away_with_its_steps(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", hump())
    closed = open_page(tmp_path, run=run_id(run))
    assert any(each.label.startswith("Taken back (") for each in closed.expander)
    assert "said from" not in words(closed)
    opened = words(open_page(tmp_path, run=run_id(run), said="true"))
    assert re.search(r'Overfitting \(val_loss\),"error, said from epoch 0, step 2\d\d to step 3\d\d', opened)


def test_a_healthy_run_has_nothing_taken_back_and_no_since(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    app = open_page(tmp_path, run=run_id(run))
    assert not any("Taken back" in each.label for each in app.expander)
    assert "nown since" not in words(app)


def test_the_story_of_the_past_ends_at_its_last_row(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", hump())
    app = open_page(tmp_path, run=run_id(run), until="320")
    assert "Known since epoch 0, step 2" in words(app)
    assert not any("Taken back" in each.label for each in app.expander)


@needs_real_logs
def test_the_newest_training_is_shown_and_the_judged_one_named(open_page: Open) -> None:
    said = words(open_page(COACH))
    assert "chain 4 of 4 in this run" in said
    assert "Report and comparison speak of chain 2 of 4" in said
    assert "loss is 0 on all 3 rows: it was not logged" in said
    assert "Best loss –" in said
