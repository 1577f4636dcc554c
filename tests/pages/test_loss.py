from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
from streamlit.testing.v1 import AppTest

from tests.builders import rows, write_run
from tests.pages.conftest import Open, words
from tests.real_data import COACH, needs_real_logs
from trainmon.library import run_id


def chart(app: AppTest) -> tuple[dict[str, Any], dict[str, pa.Table]]:
    proto = app.get("vega_lite_chart")[0].proto
    return json.loads(proto.spec), {each.name: pa.ipc.open_stream(each.data.data).read_all() for each in proto.datasets}


def test_train_and_validation_are_drawn_with_the_raw_line_behind(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    spec, data = chart(open_page(tmp_path, page="loss.py"))
    assert data["raw"].num_rows == 300
    series = data["lines"].column("series").to_pylist()
    assert (series.count("train"), series.count("validation")) == (300, 3)
    assert data["best"].num_rows == 1
    assert data["hover"].num_rows <= 150
    assert len(spec["layer"]) == 5


def test_the_address_sets_axis_scale_and_smoothing(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    app = open_page(tmp_path, page="loss.py", run=run_id(run), x="epoch", scale="log", smooth="0")
    spec, data = chart(app)
    line = next(layer for layer in spec["layer"] if layer["data"]["name"] == "lines")
    assert line["encoding"]["x"]["title"] == "epoch"
    assert line["encoding"]["y"]["scale"]["type"] == "log"
    assert "raw" not in data
    assert 2.9 < max(data["lines"].column("x").to_pylist()) <= 3.0


def test_every_attempt_can_be_a_line_of_its_own(open_page: Open, tmp_path: Path) -> None:
    first, second = rows(start=1_700_000_000.0)[:150], rows(start=1_700_100_000.0)
    run = write_run(tmp_path / "run", [*first, *second])
    app = open_page(tmp_path, page="loss.py", run=run_id(run), attempts="all")
    _, data = chart(app)
    assert set(data["lines"].column("series").to_pylist()) == {"attempt 1", "attempt 2"}


def test_the_epochs_are_listed_as_logged(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    table = open_page(tmp_path, page="loss.py").dataframe[0].value
    assert list(table["epoch"]) == ["0", "1", "2"]
    assert "val_loss" in table


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
    assert (series.count("train"), series.count("validation")) == (300, 33)
    assert "chain 2 of 4" in words(app)
