from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
import vl_convert

from tests.builders import rows, write_run
from tests.logs import run_of, train, write_log
from trainmon.analysis import Analysis, analyse
from trainmon.charts import loss_chart, memory_chart
from trainmon.reports.plots import PLOTS, write_plots
from trainmon.reports.still import records, still
from trainmon.runs.opening import open_run

START = 1_700_000_000.0
PNG = b"\x89PNG\r\n\x1a\n"


def analysis_of(directory: Path) -> Analysis:
    return analyse(open_run(directory), now=time.time())


def width(picture: bytes) -> int:
    return int.from_bytes(picture[16:20], "big")


def test_every_plot_is_a_picture_fit_for_print(tmp_path: Path) -> None:
    varying = [line.replace(",1e-05,", f",{1e-5 * at},") for at, line in enumerate(rows(start=START), 1)]
    written = write_plots(analysis_of(write_run(tmp_path / "run", varying)), tmp_path / "plots")
    assert [path.name for path in written] == ["loss_curves.png", "memory_usage.png", "learning_rate.png", "dashboard.png"]
    for path in written:
        assert path.read_bytes().startswith(PNG)
        assert width(path.read_bytes()) > 2_000


def test_a_learning_rate_that_never_changes_has_no_plot(tmp_path: Path) -> None:
    written = write_plots(analysis_of(write_run(tmp_path / "run", start=START, memory=None)), tmp_path / "plots")
    assert [path.name for path in written] == ["loss_curves.png", "dashboard.png"]


@pytest.mark.parametrize("name", PLOTS)
def test_a_run_without_rows_has_no_plot(name: str, tmp_path: Path) -> None:
    assert PLOTS[name](analysis_of(write_log(tmp_path, []))) is None


def test_a_plot_shows_what_the_page_shows(tmp_path: Path) -> None:
    chart = loss_chart(analysis_of(write_run(tmp_path, start=START)), smooth=0.6)
    assert chart is not None
    spec = still(chart, title="Loss", width=100, height=50)
    drawn = {layer["data"]["values"][0].get("series", "star"): layer["data"]["values"] for layer in spec["layer"]}
    assert drawn["star"] == records(chart.datasets["best"])
    assert {name for name, table in chart.datasets.items() if name != "hover"} == {"lines", "raw", "points", "best"}
    assert "params" not in spec
    assert "tooltip" not in str([layer for layer in spec["layer"] if layer.get("data") == {"name": "hover"}])


@pytest.mark.parametrize("losses", [["nan", "nan"], ["1.0"], ["0", "0"], ["1e300", "-1e300"]])
def test_strange_losses_draw_something_or_nothing_but_never_fail(losses: list[str], tmp_path: Path) -> None:
    analysis = analyse(run_of(tmp_path, [train(0, step, loss) for step, loss in enumerate(losses)]), now=START)
    for draw in PLOTS.values():
        picture = draw(analysis)
        assert picture is None or picture.startswith(PNG)


def test_the_names_of_the_memory_lines_stay_inside_their_plot_beside_another_one(tmp_path: Path) -> None:
    chart = memory_chart(analysis_of(write_run(tmp_path, start=START)))
    assert chart is not None
    row = [still(chart, title="", width=300, height=150) for _ in range(2)]
    drawn = vl_convert.vegalite_to_svg({"hconcat": row})
    places = re.findall(r'text-anchor="(\w+)" transform="translate\((-?[\d.]+),[^>]*>(\d GB)', drawn)
    assert places == [("start", "4", "1 GB"), ("end", "296", "5 GB")] * 2
