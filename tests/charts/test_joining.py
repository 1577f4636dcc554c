"""Two values of one metric at one step: a step's and its epoch's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.charts.test_charts import START, drawn, y_of
from tests.logs import epoch_row, run_of, train
from trainmon.analysis import Analysis, analyse
from trainmon.charts import Subject, comparison_chart, loss_chart, overlay_chart, validation_chart
from trainmon.charts.curves import curves_chart, curves_of
from trainmon.comparison import compare


def logged(directory: Path, by_epoch: float | None = 0.5) -> Analysis:
    """Return three epochs of ten steps, validated at every fifth of them and, `by_epoch` above that, with the epoch's row."""
    lines = []
    for epoch in range(3):
        for step in range(10):
            line = train(epoch, 10 * epoch + step, 3 - epoch / 2)
            lines.append(line.replace(",,1e-05", f",{3 - epoch - step / 10},1e-05") if step % 5 == 4 else line)
        lines.append(epoch_row(epoch, 3 - epoch / 2, "" if by_epoch is None else 3 - epoch - 0.9 + by_epoch))
    return analyse(run_of(directory, lines), now=START)


def upright(x: np.ndarray, y: np.ndarray) -> int:
    """Return how many strokes go straight up or down."""
    return int(((np.diff(x) == 0) & (np.abs(np.diff(y)) > 0)).sum())


def test_a_steps_and_an_epochs_validation_are_two_lines(tmp_path: Path) -> None:
    chart = drawn(loss_chart(logged(tmp_path)))
    assert y_of(chart, "validation").tolist() == pytest.approx([2.6, 2.1, 1.6, 1.1, 0.6, 0.1])
    assert y_of(chart, "valid. by epoch").tolist() == pytest.approx([2.6, 1.6, 0.6])
    assert chart.caption == "all 39 rows drawn"
    assert list(chart.datasets["hover"]["by_epoch"])[-1] == "0.6000"


def test_the_same_value_twice_is_one_line(tmp_path: Path) -> None:
    chart = drawn(loss_chart(logged(tmp_path, by_epoch=0.0)))
    assert set(chart.datasets["lines"]["series"]) == {"train", "validation"}
    assert len(y_of(chart, "validation")) == 9


def test_the_curves_have_both_too(tmp_path: Path) -> None:
    found = curves_of(logged(tmp_path))
    assert found is not None
    names = curves_chart(found).datasets["lines"]["series"]
    assert names.value_counts().to_dict() == {"train": 30, "validation": 6, "valid. by epoch": 3}


def test_no_chart_draws_an_upright_stroke(tmp_path: Path) -> None:
    one, other = logged(tmp_path / "a"), logged(tmp_path / "b")
    charts = [
        validation_chart(one),
        overlay_chart([Subject("a", "#000000", one), Subject("b", "#111111", other)]),
        comparison_chart(compare([one.run, other.run])),
    ]
    for chart in map(drawn, charts):
        lines = chart.datasets["lines"]
        assert sum(upright(each["x"].to_numpy(), each["y"].to_numpy()) for _, each in lines.groupby("series", observed=True)) == 0


def test_rows_without_a_place_on_the_axis_are_left_out(tmp_path: Path) -> None:
    """By the clock: steps have a time here, ends of epochs have none."""
    lines = []
    for epoch in range(3):
        lines += [train(epoch, 2 * epoch + step, 1.0, at=60 * epoch + step).replace(",,1e-05", ",0.5,1e-05") for step in range(2)]
        lines.append(epoch_row(epoch, 1.0, 0.9))
    analysis = analyse(run_of(tmp_path, lines), now=START)
    chart = drawn(overlay_chart([Subject("a", "#000000", analysis)], axis="wall"))
    assert set(y_of(chart, "a")) == {1.0, 0.5}
