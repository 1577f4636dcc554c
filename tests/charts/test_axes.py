"""What stands on the axes, as Vega draws it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import vl_convert

from tests.builders import write_run
from tests.charts.test_charts import START, analysis_of, drawn
from tests.logs import run_of, train
from trainmon.analysis import Analysis, analyse
from trainmon.charts import Chart, epoch_chart, loss_chart, memory_chart
from trainmon.reports.still import still

WIDTHS = (260, 600, 1_000)
LETTER = 5.0  # pixels of a digit at least
AXIS = re.compile(r'<g class="mark-text role-axis-label".*?</g>', re.DOTALL)
LABEL = re.compile(r'<text text-anchor="(\w+)" transform="translate\((-?[\d.]+),[^>]*?opacity="1"[^>]*>([^<]+)</text>')


def labels(chart: Chart, width: int) -> tuple[list[tuple[str, float, str]], list[str]]:
    """Return what stands on the horizontal axis, as (anchor, pixel, words), and what on the vertical one."""
    svg = vl_convert.vegalite_to_svg(still(chart, title="", width=width, height=250))
    across, upright = (LABEL.findall(axis) for axis in AXIS.findall(svg))
    return [(anchor, float(x), words) for anchor, x, words in across], [words for *_, words in upright]


@pytest.mark.parametrize("width", WIDTHS)
def test_epochs_are_counted_in_whole_numbers(width: int, tmp_path: Path) -> None:
    analysis = analysis_of(write_run(tmp_path, epochs=5, steps=20, start=START))
    for chart in (epoch_chart(analysis), loss_chart(analysis, axis="epoch"), memory_chart(analysis, axis="epoch")):
        assert [words for *_, words in labels(drawn(chart), width)[0]][:4] in (["0", "1", "2", "3"], ["0", "2", "4"])


def test_inside_one_epoch_its_parts_are_told(tmp_path: Path) -> None:
    chart = drawn(loss_chart(analysis_of(write_run(tmp_path, epochs=1, steps=20, start=START)), axis="epoch"))
    assert "0.4" in [words for *_, words in labels(chart, 600)[0]]


def test_there_is_no_half_step(tmp_path: Path) -> None:
    analysis = analyse(run_of(tmp_path, [train(0, step, 3 - step) for step in range(4)]), now=START)
    assert [words for *_, words in labels(drawn(loss_chart(analysis)), 600)[0]] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("steps", [1_200, 12_345, 1_000_001])
def test_numbers_on_an_axis_do_not_touch(steps: int, width: int, tmp_path: Path) -> None:
    lines = [train(0, step, 2 - step / steps) for step in range(steps - 240, steps)]
    across, _ = labels(drawn(loss_chart(analyse(run_of(tmp_path, lines), now=START))), width)
    sizes = [(x, LETTER * len(words), anchor) for anchor, x, words in across]
    edges = [(x - size * {"start": 0, "middle": 0.5, "end": 1}[anchor], size) for x, size, anchor in sizes]
    assert len(edges) > 1
    assert all(left + size + 8 <= right for (left, size), (right, _) in zip(edges[:-1], edges[1:], strict=True))


def test_thousands_are_thin_and_a_minus_is_one(tmp_path: Path) -> None:
    across, upright = labels(drawn(memory_chart(analysis_of(write_run(tmp_path / "a", epochs=1, steps=2_000, start=START)))), 600)
    assert "1\u2009000" in [words for *_, words in across]
    assert "6\u2009000" in upright
    below = analyse(run_of(tmp_path / "b", [train(0, step, -step) for step in range(4)]), now=START)
    assert "\u22122" in {words.removesuffix(".0") for words in labels(drawn(loss_chart(below)), 600)[1]}


def swinging(folder: Path) -> Analysis:
    """A machine of 23 GB: few readings that swing leave the trend open, and with it a band twice as high."""
    free = [23_000 - 2_500 * (step % 7) - 3_000 * (step > 15) for step in range(24)]
    lines = [train(0, step).replace(",8000,", f",{free[step]},") for step in range(24)]
    return analyse(run_of(folder, lines), now=START)


def machine_of(folder: Path, megabytes: object) -> None:
    record = {"first_row": 0, "environment": {"memory_mb": megabytes}}
    (folder / "training_run.json").write_text(json.dumps({"format": 1, "attempts": [record]}))


def test_the_memory_axis_follows_the_readings_whatever_the_band(tmp_path: Path) -> None:
    analysis = swinging(tmp_path)
    chart = drawn(memory_chart(analysis))
    assert analysis.memory is not None
    assert analysis.memory.outlook is not None
    _, high = analysis.memory.outlook.line.band(chart.datasets["band"]["x"].to_numpy(dtype=float))
    assert high.max() > 26_000
    assert chart.datasets["band"]["high"].max() == 23_000
    assert int(labels(chart, 600)[1][-1].replace("\u2009", "")) <= 25_000


@pytest.mark.parametrize(("recorded", "end"), [(24_000, 24_000), (100_000, 28_445), (20_000, 23_000), ("24 GB", 23_000)])
def test_the_band_ends_at_the_memory_of_the_machine_where_that_is_recorded(recorded: object, end: float, tmp_path: Path) -> None:
    machine_of(tmp_path, recorded)
    assert drawn(memory_chart(swinging(tmp_path))).datasets["band"]["high"].max() == pytest.approx(end, rel=0.01)
