from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.analysis.test_memory import falling, log
from tests.analysis.test_samples import write_samples
from tests.builders import write_run
from tests.pages.conftest import Open, words
from tests.pages.test_loss import chart

NO_GPU = "nvidia-ml-py is not installed (pip install nvidia-ml-py)"
HOSTILE = "**b** <b>x<b> :red[r] $y$ gpu_mb"


def opened(open_page: Open, directory: Path, **query: str) -> str:
    app = open_page(directory, page="memory.py", **query)
    assert not app.exception
    return words(app).replace("\u2009", "")


def drawn(app: AppTest) -> int:
    return len(app.get("vega_lite_chart"))


def test_newest_and_lowest_memory_are_shown_with_the_1_gb_line(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", memory=4_000.0)
    app = open_page(tmp_path, page="memory.py")
    said = words(app)
    assert "Available now 3\u2009701 MB" in said
    assert "Lowest 3\u2009701 MB" in said
    _, data = chart(app)
    assert data["limits"].column("y").to_pylist() == [1_024.0]


def test_the_5_gb_line_comes_where_there_was_ever_more(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", memory=8_000.0)
    _, data = chart(open_page(tmp_path, page="memory.py"))
    assert data["limits"].column("y").to_pylist() == [1_024.0, 5_000.0]


def test_a_run_without_memory_says_what_to_pass(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", memory=None)
    said = opened(open_page, tmp_path)
    assert "No memory was logged" in said
    assert "memory_mb=get_available_memory()" in said
    assert "monitor=PerformanceMonitor()" in said


def test_a_leak_is_said_on_top_with_its_forecast_and_drawn_into_the_future(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", memory=1_500.0)
    app = open_page(tmp_path, page="memory.py")
    said = words(app)
    (warning,) = app.warning
    assert "Available memory falls by 100 MB per 100 steps: 1 GB at about step 47" in str(warning.value).replace("\\", "")
    assert "Trend per 100 steps \u2212100 MB" in said
    assert "1 GB at about step 47" in said
    assert "were not sampled: pass monitor=PerformanceMonitor()" in said
    _, data = chart(app)
    band = data["band"].to_pandas()
    assert band["x"].max() > 470
    assert ((band["low"] <= band["y"]) & (band["y"] <= band["high"])).all()


def test_a_leak_that_is_over_is_no_alarm(open_page: Open, tmp_path: Path) -> None:
    log(tmp_path / "run", falling())
    app = open_page(tmp_path, page="memory.py")
    assert not app.warning
    assert "had it gone on: 1 GB at about" in words(app)
    _, data = chart(app)
    assert data["band"].to_pandas()["x"].max() == 2_990


@pytest.mark.parametrize("axis", ["epoch", "relative", "wall"])
def test_on_the_other_axes_the_trend_ends_with_the_readings(open_page: Open, tmp_path: Path, axis: str) -> None:
    log(tmp_path / "run", falling())
    app = open_page(tmp_path, page="memory.py", x=axis)
    assert not app.exception
    _, data = chart(app)
    assert data["band"].to_pandas()["x"].max() == data["lines"].to_pandas()["x"].max()


def test_few_and_constant_readings_have_their_words(open_page: Open, tmp_path: Path) -> None:
    log(tmp_path / "few", falling(12))
    assert "too few readings for a trend: 12 of 20" in opened(open_page, tmp_path / "few")
    log(tmp_path / "constant", [8_000] * 100)
    assert "Available memory was steady: no trend beyond its own swings." in opened(open_page, tmp_path / "constant")


def test_samples_have_their_charts_and_what_was_not_sampled_its_reason(open_page: Open, tmp_path: Path) -> None:
    record = {"format": 1, "attempts": [{"id": "a", "first_row": 0, "not_sampled": {"nvidia": NO_GPU}}]}
    (log(tmp_path / "run", [""] * 100) / "training_run.json").write_text(json.dumps(record))
    columns = {
        "available_mb": falling(100),
        "process_mb": [500] * 100,
        "mps_driver_mb": [5_000] * 100,
        "mlx_peak_mb": [6_000] * 100,
    }
    write_samples(tmp_path / "run", range(100), **columns)
    app = open_page(tmp_path, page="memory.py")
    said = words(app)
    assert not app.exception
    assert drawn(app) == 4
    assert "The rows hold no memory: this is what was sampled beside them." in said
    assert "GPU peak 6\u2009000 MB" in said
    assert f"Not sampled: NVIDIA GPU ({NO_GPU})." in said


def test_more_than_twelve_charts_come_when_they_are_asked_for(open_page: Open, tmp_path: Path) -> None:
    log(tmp_path / "run", falling(30))
    write_samples(tmp_path / "run", range(30), **{f"gpu{at}_used_mb": [at] * 30 for at in range(14)})
    assert drawn(open_page(tmp_path, page="memory.py")) == 1 + 12
    assert drawn(open_page(tmp_path, page="memory.py", panels="all")) == 1 + 14


def test_names_of_columns_are_shown_as_text(open_page: Open, tmp_path: Path) -> None:
    write_samples(log(tmp_path / "run", falling(30)), range(30), **{HOSTILE: [1] * 30})
    app = open_page(tmp_path, page="memory.py")
    assert not app.exception
    assert HOSTILE in words(app)
    for block in [*app.markdown, *app.caption]:
        assert "**b**" not in str(block.value)
        assert ":red[" not in str(block.value)
