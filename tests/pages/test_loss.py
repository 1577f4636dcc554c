from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
from streamlit.testing.v1 import AppTest

from tests.builders import rows, write_run
from tests.logs import HEADER
from tests.pages.conftest import Open, table_words, words
from tests.real_data import COACH, needs_real_logs
from trainmon.runs.ids import run_id


def chart(app: AppTest) -> tuple[dict[str, Any], dict[str, pa.Table]]:
    proto = app.get("vega_lite_chart")[0].proto
    return json.loads(proto.spec), {each.name: pa.ipc.open_stream(each.data.data).read_all() for each in proto.datasets}


def units(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the layers that draw something, those inside of layers too."""
    if "mark" in spec:
        return [spec]
    return [unit for layer in spec["layer"] for unit in units({"data": spec.get("data"), **layer})]


def test_train_and_validation_are_drawn_with_the_raw_line_behind(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    spec, data = chart(open_page(tmp_path, page="loss.py"))
    assert data["raw"].num_rows == 300
    series = data["lines"].column("series").to_pylist()
    assert (series.count("train"), series.count("validation")) == (300, 3)
    assert data["best"].num_rows == 1
    assert data["hover"].num_rows <= 150
    assert {layer["data"]["name"] for layer in units(spec)} == set(data)


def test_the_address_sets_axis_scale_and_smoothing(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    app = open_page(tmp_path, page="loss.py", run=run_id(run), x="epoch", scale="log", smooth="0")
    spec, data = chart(app)
    line = next(layer for layer in units(spec) if layer["data"]["name"] == "lines")
    assert line["encoding"]["x"]["title"] == "epoch"
    assert line["encoding"]["y"]["scale"]["type"] == "log"
    assert data["raw"].num_rows == 0
    assert 2.9 < max(data["lines"].column("x").to_pylist()) <= 3.0


def test_every_attempt_can_be_a_line_of_its_own(open_page: Open, tmp_path: Path) -> None:
    first, second = rows(start=1_700_000_000.0)[:150], rows(start=1_700_100_000.0)
    run = write_run(tmp_path / "run", [*first, *second])
    app = open_page(tmp_path, page="loss.py", run=run_id(run), attempts="all")
    _, data = chart(app)
    assert set(data["lines"].column("series").to_pylist()) == {"attempt 1", "attempt 2"}


def test_each_epoch_is_listed_with_its_loss_change_and_time(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    table = table_words(open_page(tmp_path, page="loss.py"))
    assert list(table["Epoch"]) == ["0", "1", "2"]
    assert list(table["Validation loss"]) == ["1.7628", "0.9623", "0.7830"]
    assert list(table["Change"]) == ["", "\u22120.8005", "\u22120.1792"]
    assert list(table["Time"]) == ["1 min 40 s", "1 min 40 s", "1 min 40 s"]


def test_the_table_of_epochs_holds_numbers_to_sort_by(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    table = open_page(tmp_path, page="loss.py").dataframe[0].value
    assert list(table["Change"].round(4).fillna(0)) == [0, -0.8005, -0.1792]
    assert list(table["Time"]) == [100, 100, 100]


def test_other_metrics_are_drawn_below_and_a_link_may_choose_them(open_page: Open, tmp_path: Path) -> None:
    run = run_id(write_run(tmp_path / "run"))
    _, everything = chart(open_page(tmp_path, page="loss.py", run=run))
    assert everything["titles"].column("label").to_pylist() == ["learning_rate", "memory_mb"]
    app = open_page(tmp_path, page="loss.py", run=run, metrics="memory_mb")
    _, chosen = chart(app)
    assert chosen["titles"].column("label").to_pylist() == ["memory_mb"]
    assert "panel2" not in chosen


def test_a_link_may_name_metrics_with_commas_and_by_the_second_of_a_pair(open_page: Open, tmp_path: Path) -> None:
    header = f"{HEADER},acc,val_acc,other"
    run = run_id(write_run(tmp_path / "run", [f"{line},1,2,3" for line in rows(epochs=1)], header=header))
    app = open_page(tmp_path, page="loss.py", run=run, metrics="val_acc,other,gone")
    assert not app.exception
    _, data = chart(app)
    assert data["titles"].column("label").to_pylist() == ["acc, val_acc", "other"]


def test_outliers_can_be_ignored(open_page: Open, tmp_path: Path) -> None:
    lines = rows(epochs=1)
    lines[50] = lines[50].replace(",train,", ",train,99")
    run = run_id(write_run(tmp_path / "run", lines))
    assert "off scale" not in words(open_page(tmp_path, page="loss.py", run=run, smooth="0"))
    app = open_page(tmp_path, page="loss.py", run=run, smooth="0", outliers="true")
    assert "1 value off scale" in words(app)
    assert chart(app)[1]["edges"].num_rows == 1


def test_the_range_of_the_address_is_drawn_in_full_and_begins_the_zoom(open_page: Open, tmp_path: Path) -> None:
    run = run_id(write_run(tmp_path / "run", epochs=1, steps=5_000))
    app = open_page(tmp_path, page="loss.py", run=run, range="2000~2100")
    spec, data = chart(app)
    assert next(each for each in spec["params"] if each["name"] == "zoom")["value"] == {"x": [2000.0, 2100.0]}
    assert sum(2000 <= x <= 2100 for x in data["raw"].column("x").to_pylist()) == 101
    assert "global step 2\u2009000 to 2\u2009100 · all 101 rows drawn" in words(app)
    assert not app.button(key="reset_zoom").disabled
    app.button(key="reset_zoom").click().run()
    assert "range" not in app.query_params
    assert "value" not in next(each for each in chart(app)[0]["params"] if each["name"] == "zoom")


def test_going_back_in_the_browser_goes_back_to_the_range_of_the_address(open_page: Open, tmp_path: Path) -> None:
    run = run_id(write_run(tmp_path / "run", epochs=1, steps=5_000))
    app = open_page(tmp_path, page="loss.py", run=run)
    before, _ = chart(app)
    app.query_params["range"] = "100~200"  # as Back does: the address changes by itself, and the chart is made anew
    app.run()
    after, data = chart(app)
    assert before != after
    assert sum(100 <= x <= 200 for x in data["raw"].column("x").to_pylist()) == 101
    app.run()
    assert chart(app)[0] == after


def test_a_range_that_makes_no_sense_shows_everything(open_page: Open, tmp_path: Path) -> None:
    run = run_id(write_run(tmp_path / "run"))
    app = open_page(tmp_path, page="loss.py", run=run, range="soon")
    assert not app.exception
    assert app.button(key="reset_zoom").disabled


def test_what_is_visible_can_be_downloaded(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    assert [each.proto.label for each in open_page(tmp_path, page="loss.py").get("download_button")] == ["CSV", "PNG", "SVG"]


def test_a_run_without_any_loss_says_what_to_log(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", ["2026-01-01T00:00:00+00:00,0,1,train,,,1e-05,8000,1"])
    app = open_page(tmp_path, page="loss.py")
    assert not app.exception
    assert "No loss was logged yet" in words(app)


@needs_real_logs
def test_the_judged_training_of_the_real_run_is_drawn(open_page: Open) -> None:
    app = open_page(COACH, page="loss.py", smooth="0")
    _, data = chart(app)
    series = data["lines"].column("series").to_pylist()
    assert [series.count(name) for name in ("train", "validation", "valid. by epoch")] == [300, 30, 3]
    assert "chain 2 of 4" in words(app)
