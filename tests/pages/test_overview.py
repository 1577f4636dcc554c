"""The table of all runs: filters, settings as columns, hidden runs, and what is ticked or clicked."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import append, rows, write_run
from tests.pages.conftest import Open, run_names, run_until, table_words, words
from trainmon.runs.ids import run_id

OLD = 1_700_000_000.0


def select(app: AppTest, *, rows: tuple[int, ...] = (), cells: tuple[tuple[int, str], ...] = ()) -> AppTest:
    """Do what a click in the table does: a browser alone can click there."""
    version = app.session_state["overview_version"]
    app.session_state[f"runs_live_{version}"] = {"selection": {"rows": list(rows), "columns": [], "cells": list(cells)}}
    return app.run()


def three(folder: Path) -> list[str]:
    """Write a running run, one that diverged long ago, and one that never logged a validation; return their ids."""
    running = write_run(folder / "warm", floor=0.5, config={"learning_rate": 1e-4, "lora": {"r": 8}, "num_epochs": 6})
    spoilt = [f"{','.join(line.split(',')[:4])},nan,,1e-05,8000,1" for line in rows(start=OLD)[100:140]]
    broken = write_run(folder / "cold", [*rows(start=OLD)[:100], *spoilt], config={"learning_rate": 1e-2, "lora": {"r": 8}})
    plain = write_run(folder / "plain", start=OLD - 10_000, validation=False, epochs=2)
    (plain / "trainmon.toml").write_text('name = "The plain one"\ntags = ["lora", "seed 2"]\n')
    return [run_id(path) for path in (running, broken, plain)]


def test_each_run_has_state_finding_forecast_trend_and_place(open_page: Open, tmp_path: Path) -> None:
    three(tmp_path)
    app = open_page(tmp_path)
    assert run_names(app) == ["warm", "cold", "The plain one"]
    table = app.dataframe[0].value.set_axis(run_names(app))
    assert list(table["State"]) == ["● running", "■ ended", "■ ended"]
    assert table["Finding"]["warm"] == "✓ healthy"
    assert table["Finding"]["cold"].startswith("✕ NaN or infinite, step ")
    assert (table["Progress"]["warm"], table["Ends"].notna().tolist()) == (49.0, [True, False, False])
    assert abs(table["Ends"]["warm"].timestamp() - time.time() + time.timezone) < 86_400
    assert [len(trend) for trend in table["Trend"]] == [30, 30, 30]
    assert table["Trend"]["warm"][0] > table["Trend"]["warm"][-1]
    assert list(table["Rows"]) == [303, 140, 202]
    assert [list(tags) for tags in table["Tags"]] == [[], [], ["lora", "seed 2"]]
    assert table["Folder"]["cold"] == str(tmp_path / "cold")


def test_figures_stand_in_the_table_as_everywhere_and_are_numbers_to_sort_by(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "long", epochs=12, start=OLD, floor=-2, config={"max_steps": 20_000, "learning_rate": 1e-5})
    write_run(tmp_path / "other", start=OLD - 100_000, validation=False)
    app = open_page(tmp_path, columns=["max_steps", "learning_rate"])
    said, table = table_words(app), app.dataframe[0].value
    shown = said[["Rows", "max_steps", "learning_rate", "Last loss", "Best valid."]]
    assert shown.values.tolist() == [
        ["1\u2009212", "20\u2009000", "1e-05", "\u22121.8989", "\u22121.7989"],
        ["303", "", "", "0.6830", ""],
    ]
    assert list(table["Rows"]) == [1_212, 303]
    assert list(table["Last loss"].round(4)) == [-1.8989, 0.683]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({"q": "PLAIN"}, ["The plain one"]),
        ({"q": "nothing of the kind"}, []),
        ({"state": ["ended", "failed"]}, ["cold", "The plain one"]),
        ({"state": "ended", "q": "lora"}, ["cold", "The plain one"]),
    ],
)
def test_the_address_filters_by_words_and_state(open_page: Open, tmp_path: Path, query: dict[str, str], left: list[str]) -> None:
    three(tmp_path)
    app = open_page(tmp_path, **query)
    assert run_names(app) == left
    if not left:
        assert "No run matches the filter" in words(app)
        assert "0 of 3 runs" in words(app)


def test_settings_become_columns_those_that_differ_first(open_page: Open, tmp_path: Path) -> None:
    three(tmp_path)
    app = open_page(tmp_path, columns=["learning_rate", "lora.r"])
    assert run_names(app)
    assert list(app.multiselect(key="columns").options) == ["learning_rate", "lora.r", "num_epochs"]
    table = app.dataframe[0].value
    assert list(table["learning_rate"].fillna(0)) == [1e-4, 1e-2, 0]
    assert list(table["lora.r"].fillna(0)) == [8, 8, 0]


def test_a_hidden_run_leaves_the_lists_until_it_is_asked_for_and_its_link_still_opens(open_page: Open, tmp_path: Path) -> None:
    ids = three(tmp_path)
    (tmp_path / "cold" / "trainmon.toml").write_text("hide = true\n")
    app = open_page(tmp_path)
    assert run_names(app) == ["warm", "The plain one"]
    assert len(app.sidebar.selectbox[0].options) == 2
    app.toggle(key="hidden").set_value(True).run()
    assert sorted(run_names(app)) == ["The plain one", "cold", "warm"]
    app = open_page(tmp_path, run=ids[1])
    assert [header.value for header in app.header] == ["cold"]
    assert any("cold" in option for option in app.sidebar.selectbox[0].options)


def test_a_hidden_run_is_offered_for_comparison_only_where_it_is_compared_already(open_page: Open, tmp_path: Path) -> None:
    ids = three(tmp_path)
    (tmp_path / "cold" / "trainmon.toml").write_text("hide = true\n")
    app = open_page(tmp_path, page="compare.py")
    assert app.multiselect(key="compare_runs").options == ["warm", "The plain one · lora, seed 2"]
    app = open_page(tmp_path, page="compare.py", run=ids[:2])
    assert not app.exception
    assert app.multiselect(key="compare_runs").value == ids[:2]


def test_runs_of_the_same_name_are_told_apart_by_their_ids(open_page: Open, tmp_path: Path) -> None:
    a, b, _ = (write_run(tmp_path / folder, start=OLD) for folder in ("x/same", "y/same", "other"))
    options = open_page(tmp_path).sidebar.selectbox[0].options
    assert sorted(options) == sorted([f"same · {run_id(a)[-6:]}", f"same · {run_id(b)[-6:]}", "other"])


def test_where_all_runs_are_hidden_the_page_says_so(open_page: Open, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (write_run(tmp_path / name) / "trainmon.toml").write_text("hide = true\n")
    app = open_page(tmp_path)
    assert "All runs are hidden by their trainmon.toml" in words(app)
    app.toggle(key="hidden").set_value(True).run()
    assert sorted(run_names(app)) == ["a", "b"]


def test_a_click_opens_the_run_that_was_clicked(open_page: Open, tmp_path: Path) -> None:
    ids = three(tmp_path)
    app = select(open_page(tmp_path, q="cold"), cells=((0, "State"),))
    assert app.query_params["run"] in (ids[1], [ids[1]])
    assert [header.value for header in app.header] == ["cold"]


def test_a_name_is_a_button_and_its_plain_cell_opens_nothing(open_page: Open, tmp_path: Path) -> None:
    """A table that gets the focus, as where its header is tapped, reports its first cell as clicked."""
    three(tmp_path)
    app = select(open_page(tmp_path), cells=((0, "Run"),))
    assert "run" not in app.query_params
    assert [header.value for header in app.header] == ["All runs"]


def test_long_names_lose_their_middle_and_are_no_list_of_actions(open_page: Open, tmp_path: Path) -> None:
    for seed in (1, 2):
        write_run(tmp_path / f"mistral_7b_qlora_warmup50_seed_{seed}", start=OLD - seed)
    (write_run(tmp_path / "odd", start=OLD - 3) / "trainmon.toml").write_text('name = "[a, b]"\n')
    found = run_names(open_page(tmp_path))
    assert found == ["mistral_7b…p50_seed_1", "mistral_7b…p50_seed_2", "\u2060[a, b]"]


def test_a_short_name_is_given_room_for_a_finger(open_page: Open, tmp_path: Path) -> None:
    for age, name in enumerate(("i", "four", "seed_1234")):
        write_run(tmp_path / name, start=OLD - age)
    assert list(open_page(tmp_path).dataframe[0].value["Run"]) == ["i\u2003\u2003", "four\u2003", "seed_1234"]


def test_two_ticks_open_the_comparison(open_page: Open, tmp_path: Path) -> None:
    ids = three(tmp_path)
    app = open_page(tmp_path)
    assert app.button(key="compare_ticked").disabled
    select(app, rows=(0,))
    assert app.button(key="compare_ticked").disabled
    assert "warm; tick one more to compare" in words(app)
    select(app, rows=(0, 2))
    assert app.button(key="compare_ticked").label == "Compare 2 runs"
    app.button(key="compare_ticked").click().run()
    assert not app.exception
    assert [header.value for header in app.header] == ["Run comparison"]
    assert app.query_params["run"] == [ids[0], ids[2]]


def test_ticks_stay_with_their_runs_when_the_filter_or_the_runs_change(open_page: Open, tmp_path: Path) -> None:
    three(tmp_path)
    app = select(open_page(tmp_path), rows=(0,))
    app.text_input(key="q").set_value("plain").run()
    assert run_names(app) == ["The plain one"]
    assert "warm; tick one more" in words(app)
    select(app, rows=(0,))
    assert "warm, The plain one" in words(app)
    app.button(key="clear_ticked").click().run()
    assert app.button(key="compare_ticked").disabled


def test_the_order_of_the_rows_stays_when_another_run_logs(open_page: Open, tmp_path: Path) -> None:
    for name, ago in (("first", 400), ("second", 900)):
        write_run(tmp_path / name, start=time.time() - ago)
    app = open_page(tmp_path)
    assert run_names(app) == ["first", "second"]
    append(tmp_path / "second", rows(epochs=1, steps=5, first_epoch=3))
    run_until(app, lambda: list(app.dataframe[0].value["Rows"]) == [303, 309])
    assert run_names(app) == ["first", "second"]


def test_names_and_tags_stand_in_the_picker_and_the_header_as_text(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    (run / "trainmon.toml").write_text('name = "**bold** :red[x]"\ntags = ["<b>", "seed 2"]\nnotes = "# no heading"\n')
    write_run(tmp_path / "other", start=OLD)
    app = open_page(tmp_path, run=run_id(run))
    assert any("**bold** :red[x]" in option and "<b>, seed 2" in option for option in app.sidebar.selectbox[0].options)
    assert "tags: <b>, seed 2" in words(app)
    assert "# no heading" in words(app)
    assert all("**bold**" not in str(block.value) for block in [*app.header, *app.markdown, *app.caption])
