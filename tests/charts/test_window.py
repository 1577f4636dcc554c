from __future__ import annotations

from pathlib import Path

import pytest

from tests.logs import run_of, train
from trainmon.analysis import analyse
from trainmon.charts.chart import PLAIN, Unit
from trainmon.charts.window import from_drawn, on_axis, parsed, to_drawn, written


@pytest.mark.parametrize("text", ["", "5", "a~b", "3~3", "4~3", "nan~1", "0~inf", "1~2~3"])
def test_what_names_no_range_is_none(text: str) -> None:
    assert parsed(text) is None


@pytest.mark.parametrize(
    ("window", "text"),
    [
        ((12_000.2, 13_000.4), "12000.2~13000.4"),
        ((-0.00004, 200_000.0), "0~200000"),
        ((0.12345678, 0.12445678), "0.1234568~0.1244568"),
        ((1_700_000_000.123, 1_700_003_600.0), "1700000000.1~1700003600"),
    ],
)
def test_a_range_is_written_as_exactly_as_it_can_be_seen(window: tuple[float, float], text: str) -> None:
    assert written(window) == text
    assert parsed(text) == pytest.approx(window, abs=(window[1] - window[0]) / 5_000)


def test_a_chart_counts_training_time_in_its_unit_and_the_clock_in_milliseconds() -> None:
    assert from_drawn([1, 2], "relative", Unit("min")) == (60.0, 120.0)
    assert to_drawn((60.0, 120.0), "relative", Unit("min")) == (1.0, 2.0)
    assert from_drawn([1_000, 2_000], "wall", PLAIN) == (1.0, 2.0)
    assert from_drawn([5, 6], "step", Unit("h")) == (5.0, 6.0)


def test_a_range_follows_its_rows_to_another_axis(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(0, step, at=10.0 * step) for step in range(100)])
    stretch = analyse(run, now=0.0).stretch
    assert stretch is not None
    series = stretch.series("loss")
    assert on_axis((20.0, 30.0), series, "step", "relative") == (200.0, 300.0)
    assert on_axis((500.0, 600.0), series, "step", "relative") is None
