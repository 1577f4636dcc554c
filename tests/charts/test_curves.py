"""The curves: the loss with its marks and every other metric, thinned to the visible range."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vl_convert

from tests.builders import rows, write_run
from tests.charts.test_charts import as_bytes
from tests.logs import HEADER, run_of, stamp, train
from trainmon.analysis import analyse
from trainmon.analysis.series import AXES, Axis
from trainmon.charts import Chart
from trainmon.charts.curves import Curves, curves_chart, curves_of
from trainmon.charts.panels import chosen_panels
from trainmon.runs.opening import open_run
from trainmon.runs.run import Run

START = 1_700_000_000.0
LONG = 30_000


def curves(run: Run, **how: Any) -> Curves:
    found = curves_of(analyse(run, now=START), **how)
    assert found is not None
    return found


def long_run(directory: Path) -> Run:
    """Return a run of 30,000 steps with a spike, two metrics as a pair and one alone."""
    lines = [
        f"{stamp(step)},{step // 10_000},{step},train,{99 if step == 20_020 else 2 - step / LONG:.6f},,1e-05,8000,{step},"
        f"{step / LONG:.5f},{step / LONG - 0.1:.5f},{step % 7}"
        for step in range(LONG)
    ]
    return run_of(directory, lines, f"{HEADER},train/acc,eval/acc,grad_norm")


def inside(chart: Chart, dataset: str, window: tuple[float, float]) -> int:
    x = chart.datasets[dataset]["x"]
    return int(((x >= window[0]) & (x <= window[1])).sum())


def test_a_run_without_loss_has_no_curves(tmp_path: Path) -> None:
    assert curves_of(analyse(open_run(write_run(tmp_path, [])), now=START)) is None


def test_a_visible_range_with_few_rows_is_drawn_in_full(tmp_path: Path) -> None:
    found = curves(long_run(tmp_path), smooth=0.6)
    whole, window = curves_chart(found, found.panels), (20_000.0, 20_500.0)
    near = curves_chart(found, found.panels, window=window)
    assert inside(whole, "lines", window) < 30
    assert inside(near, "lines", window) == inside(near, "raw", window) == 501
    assert len(near.datasets["lines"]) <= 1_000
    assert near.caption.startswith("global step 20\u2009000 to 20\u2009500 · all 501 rows drawn")
    assert inside(near, "panel1", window) > inside(whole, "panel1", window)
    assert len(near.datasets["panel1"]) <= 250


def test_a_visible_range_with_many_rows_is_thinned_and_keeps_its_extremes(tmp_path: Path) -> None:
    found = curves(long_run(tmp_path))
    window = (10_000.0, 25_000.0)
    chart = curves_chart(found, window=window)
    assert 700 < inside(chart, "lines", window) <= 1_000
    assert chart.datasets["lines"]["y"].max() == 99
    assert "of 15\u2009001 rows drawn, extremes kept" in chart.caption


def test_the_line_goes_on_beyond_the_visible_range(tmp_path: Path) -> None:
    found = curves(long_run(tmp_path))
    x = curves_chart(found, window=(100.5, 100.7)).datasets["lines"]["x"]
    assert {0, 100, 101, LONG - 1} <= set(x)
    assert len(x) < 250


def test_the_pointer_finds_the_value_of_the_very_row(tmp_path: Path) -> None:
    found = curves(long_run(tmp_path), smooth=0.6)
    hover = curves_chart(found, found.panels, window=(20_000.0, 20_100.0)).datasets["hover"]
    assert 40 < len(hover) <= 150
    row = hover[hover["x"] == 20_020].iloc[0]
    assert row["train"] == "99.0000"
    assert row["m3"] == "train 0.66733 · validation 0.56733"
    assert row["m4"] == "0"


def test_only_the_beginning_and_the_number_of_panels_are_in_the_specification(tmp_path: Path) -> None:
    found = curves(long_run(tmp_path), smooth=0.6)
    charts = [
        curves_chart(found, found.panels, window=window, ignore_outliers=ignored)
        for window in (None, (0.0, 10.0), (-5e6, -4e6))
        for ignored in (False, True)
    ]
    assert len({json.dumps(chart.spec) for chart in charts}) == 1
    assert len({frozenset(chart.datasets) for chart in charts}) == 1
    assert curves_chart(found, found.panels, begin=(0.0, 10.0)).spec != charts[0].spec
    assert len({json.dumps(curves_chart(found, found.panels[at : at + 1]).spec) for at in range(3)}) == 1


def test_no_new_kind_of_row_changes_the_specification(tmp_path: Path) -> None:
    plain = curves(run_of(tmp_path / "a", [train(0, step, 1.0) for step in range(30)]))
    eventful = [train(step // 10, step, "nan" if step == 5 else 1.0) for step in range(30)]
    marked = curves(run_of(tmp_path / "b", eventful))
    assert curves_chart(plain).spec == curves_chart(marked).spec


def test_the_same_view_gives_the_same_bytes(tmp_path: Path) -> None:
    run = long_run(tmp_path)
    one, other = (curves_chart(curves(run), curves(run).panels, window=(5.0, 900.0), ignore_outliers=True) for _ in range(2))
    assert as_bytes(one) == as_bytes(other)


def test_only_the_metrics_that_are_drawn_are_worked_out(tmp_path: Path) -> None:
    found = curves(long_run(tmp_path))
    curves_chart(found, chosen_panels(found.panels, ["grad_norm"]))
    assert list(found._metrics) == ["grad_norm"]


def test_outliers_leave_the_scale_and_are_counted_and_marked_on_its_edge(tmp_path: Path) -> None:
    found = curves(long_run(tmp_path))
    kept, ignored = (curves_chart(found, ignore_outliers=each) for each in (False, True))
    assert kept.datasets["limits"]["high0"][0] > 99
    assert ignored.datasets["limits"]["high0"][0] == pytest.approx(2.04, abs=0.01)
    assert "off scale" not in kept.caption
    assert "1 value off scale" in ignored.caption
    edges = ignored.datasets["edges"]
    assert edges[["x", "side", "label"]].to_numpy().tolist() == [[20_020, "above", "train 99 at global step 20\u2009020"]]
    assert found.legend(ignored, None).endswith("△ off scale")


def test_the_vertical_axis_fits_what_is_visible(tmp_path: Path) -> None:
    found = curves(long_run(tmp_path))
    limits = curves_chart(found, window=(0.0, 300.0)).datasets["limits"].iloc[0]
    assert (limits["low0"], limits["high0"]) == pytest.approx((1.9896, 2.0004), abs=1e-4)
    assert (limits["start"], limits["end"]) == (0, LONG - 1)


def eventful(directory: Path) -> Run:
    """Return three epochs: learning rate lowered, a nan, and a second attempt that resumes inside the second epoch."""
    first = [(step, "nan" if step == 20 else 2 - step / 100, 1e-3 if step < 40 else 1e-4) for step in range(80)]
    lines = [f"{stamp(step)},{step // 50},{step % 50},train,{loss},,{rate},,{step}" for step, loss, rate in first]
    again = [f"{stamp(900 + step)},{step // 50},{step % 50},train,{2 - step / 100},,1e-4,,{step - 60}" for step in range(61, 150)]
    return run_of(directory, [*lines, *again, f"{stamp(1_100)},2,,epoch,1.0,1.1,1e-4,,100"])


@pytest.mark.parametrize("axis", AXES)
def test_what_happened_to_the_training_is_marked(axis: Axis, tmp_path: Path) -> None:
    found = curves(eventful(tmp_path), axis=axis)
    marks = curves_chart(found).datasets["marks"]
    labels = {kind: list(part["label"]) for kind, part in marks.groupby("kind", observed=True) if kind != "finding"}
    assert labels == {
        "epoch": ["end of epoch 0", "end of epoch 1", "end of epoch 2"],
        "resume": ["attempt 2 resumes here"],
        "rate": ["learning rate 0.001 to 0.0001"],
        "non_finite": ["train not finite at global step 20"],
    }
    assert found.legend(curves_chart(found), None).startswith("┊ end of an epoch · ▶ resumed · ▼ learning rate lowered")


def test_saved_models_are_marked_where_they_were_saved(tmp_path: Path) -> None:
    write_run(tmp_path, rows(epochs=1, steps=100))
    (tmp_path / "checkpoint-60").mkdir()
    (tmp_path / "checkpoint-60" / "model.safetensors").write_bytes(b"weights")
    marks = curves_chart(curves(open_run(tmp_path))).datasets["marks"]
    saved = marks[marks["kind"] == "checkpoint"]
    assert saved[["x", "label"]].to_numpy().tolist() == [[60, "checkpoint-60, saved at global step 60"]]


def test_of_very_many_marks_some_are_drawn_and_the_caption_says_so(tmp_path: Path) -> None:
    found = curves(run_of(tmp_path, [train(step // 2, step, 1.0) for step in range(1_000)]))
    chart = curves_chart(found)
    assert (chart.datasets["marks"]["kind"] == "epoch").sum() == 25
    assert "every 20th of 499 epoch ends marked" in chart.caption
    near = curves_chart(found, window=(100.0, 140.0))
    assert (near.datasets["marks"]["kind"] == "epoch").sum() == 20
    assert "marked" not in near.caption


def test_no_name_from_a_file_is_in_the_specification(tmp_path: Path) -> None:
    name = "alert(1)+datum"
    run = run_of(tmp_path, [f"{train(0, step)},{step}" for step in range(9)], f"{HEADER},{name}")
    found = curves(run)
    chart = curves_chart(found, found.panels)
    assert name in list(chart.datasets["titles"]["label"])
    assert name not in json.dumps(chart.spec)


@pytest.mark.parametrize("losses", [["nan", "inf"], ["1"], ["0", "0"], ["1e300", "-1e300"], ["3"] * 5])
@pytest.mark.parametrize("scale", ["linear", "log", "symlog"])
def test_vega_draws_strange_losses(losses: list[str], scale: str, tmp_path: Path) -> None:
    found = curves(run_of(tmp_path, [train(0, step, loss, at=step) for step, loss in enumerate(losses)]), scale=scale, smooth=0.6)
    chart = curves_chart(found, found.panels, ignore_outliers=True, begin=(0.0, 3.0))
    data = {name: json.loads(table.to_json(orient="records", date_format="iso")) for name, table in chart.datasets.items()}
    svg = vl_convert.vegalite_to_svg({**chart.spec, "datasets": data, "width": 600})
    assert "NaN" not in svg
    assert np.isfinite(chart.datasets["limits"].to_numpy(dtype=float)).all()


@pytest.mark.parametrize("axis", AXES)
def test_vega_draws_every_axis(axis: Axis, tmp_path: Path) -> None:
    found = curves(eventful(tmp_path), axis=axis)
    chart = curves_chart(found, found.panels, begin=found.whole())
    data = {name: json.loads(table.to_json(orient="records", date_format="iso")) for name, table in chart.datasets.items()}
    svg = vl_convert.vegalite_to_svg({**chart.spec, "datasets": data, "width": 600})
    assert svg.count("mark-line") >= 3
    assert "NaN" not in svg
