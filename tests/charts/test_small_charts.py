"""The small charts beside the loss."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.logs import HEADER, run_of, stamp
from trainmon.analysis import analyse
from trainmon.charts import SmallCharts, small_charts


def drawn(folder: Path, names: list[str], rows: int = 600) -> SmallCharts:
    def line(step: int) -> str:
        more = ",".join(str(step * place % 17) for place in range(len(names)))
        return f"{stamp(step)},0,{step},train,{3 - step / rows},,1e-05,{8000 - step},{step},{more}"

    run = run_of(folder, [line(step) for step in range(rows)], header=f"{HEADER},{','.join(names)}")
    stretch = analyse(run, now=0.0).stretch
    assert stretch is not None
    assert small_charts(stretch) is small_charts(stretch)
    return small_charts(stretch)


def test_memory_and_gradient_norm_come_first_and_the_loss_not_at_all(tmp_path: Path) -> None:
    found = drawn(tmp_path, ["zero", "accuracy", "grad_norm"])
    assert [name for name, _ in found.charts] == ["memory_mb", "grad_norm", "accuracy"]
    assert found.constant == (("learning_rate", 1e-5), ("zero", 0.0))


def test_at_most_eight_are_drawn_and_the_others_counted(tmp_path: Path) -> None:
    found = drawn(tmp_path, [f"metric{number}" for number in range(12)], rows=40)
    assert len(found.charts) == 8
    assert found.left_out == 4


def test_a_chart_is_small_and_its_caption_says_what_was_left_out(tmp_path: Path) -> None:
    name, chart = drawn(tmp_path, ["zero", "accuracy"]).charts[0]
    assert (name, chart.spec["height"]) == ("memory_mb", 160)
    assert len(chart.datasets["lines"]) <= 250
    assert "of 600 rows drawn, extremes kept" in chart.caption
    assert chart.datasets["lines"]["y"].dtype == np.float32


def test_a_hostile_name_ends_no_expression(tmp_path: Path) -> None:
    _, chart = drawn(tmp_path, ["zero", "a\\'b"]).charts[-1]
    assert "a/'b" in str(chart.spec["layer"])
