from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import vl_convert

from tests.builders import append, rows, write_run
from tests.hostile import WORDS
from tests.logs import HEADER, epoch_row, run_of, train, write_log
from trainmon import wording
from trainmon.analysis import Analysis, analyse
from trainmon.analysis.series import AXES
from trainmon.charts import Chart, Subject, loss_chart, memory_chart, overlay_chart, palette, small_charts, validation_chart
from trainmon.charts.chart import SCALES
from trainmon.charts.curves import curves_chart, curves_of
from trainmon.runs.opening import open_run

NOW = 1_800_000_000.0
START = 1_700_000_000.0


def analysis_of(directory: Path, attempt: int | None = None) -> Analysis:
    return analyse(open_run(directory), now=NOW, attempt=attempt)


def drawn(chart: Chart | None) -> Chart:
    assert chart is not None
    return chart


def y_of(chart: Chart, series: str, dataset: str = "lines") -> np.ndarray:
    table = chart.datasets[dataset]
    return table["y"][table["series"] == series].to_numpy()


def as_bytes(chart: Chart) -> list[bytes]:
    def arrow(table: pd.DataFrame) -> bytes:
        sink = pa.BufferOutputStream()
        converted = pa.Table.from_pandas(table)
        with pa.ipc.new_stream(sink, converted.schema) as writer:
            writer.write_table(converted)
        return bytes(sink.getvalue().to_pybytes())

    return [json.dumps(chart.spec).encode(), *(arrow(table) for _, table in sorted(chart.datasets.items()))]


def test_a_run_without_rows_has_no_chart(tmp_path: Path) -> None:
    empty = analysis_of(write_run(tmp_path, []))
    assert loss_chart(empty) is None
    assert memory_chart(empty) is None
    assert overlay_chart([Subject("empty", "#000000", empty)]) is None


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    write_run(tmp_path, start=START)
    for axis in AXES:
        first, second = (drawn(loss_chart(analysis_of(tmp_path), axis=axis, smooth=0.6)) for _ in range(2))
        assert as_bytes(first) == as_bytes(second)


def test_drawn_columns_are_small(tmp_path: Path) -> None:
    analysis = analysis_of(write_run(tmp_path, start=START))
    kinds = {axis: drawn(loss_chart(analysis, axis=axis)).datasets["lines"].dtypes.astype(str).to_dict() for axis in AXES}
    assert {axis: kind["x"] for axis, kind in kinds.items()} == {
        "step": "int32",
        "epoch": "float32",
        "relative": "float32",
        "wall": "datetime64[ms, UTC]",
    }
    assert all((kind["y"], kind["series"]) == ("float32", "category") for kind in kinds.values())


def test_values_of_zero_and_below_are_hidden_on_a_log_scale_and_counted(tmp_path: Path) -> None:
    analysis = analyse(run_of(tmp_path, [train(0, step, loss) for step, loss in enumerate([2, 1, 0, -1, 1, 0.5])]), now=NOW)
    chart = drawn(loss_chart(analysis, scale="log"))
    assert np.isnan(y_of(chart, "train")).tolist() == [False, False, True, True, False, False]
    assert chart.caption == "all 6 rows drawn · 2 values <= 0 hidden"
    assert drawn(loss_chart(analysis, scale="symlog")).caption == "all 6 rows drawn"


def test_what_is_not_finite_leaves_a_gap_and_a_point_between_two_gaps_gets_a_dot(tmp_path: Path) -> None:
    losses = ["2", "nan", "1.5", "inf", "1", "0.9"]
    chart = drawn(loss_chart(analyse(run_of(tmp_path, [train(0, step, loss) for step, loss in enumerate(losses)]), now=NOW)))
    assert np.isnan(y_of(chart, "train")).tolist() == [False, True, False, True, False, False]
    assert y_of(chart, "train", "points").tolist() == [2.0, 1.5]
    assert chart.caption == "all 6 rows drawn · 2 not finite"


def test_many_rows_are_thinned_and_keep_their_extremes(tmp_path: Path) -> None:
    lines = rows(epochs=1, steps=20_000, start=START)
    lines[7_777] = lines[7_777].replace(",train,", ",train,99")
    chart = drawn(loss_chart(analysis_of(write_run(tmp_path, lines))))
    values = y_of(chart, "train")
    assert len(values) <= 1_000
    assert values.max() > 90
    assert chart.caption == f"{wording.count(len(values) + 1)} of 20\u2009001 rows drawn, extremes kept"


def test_a_smoothed_line_lies_before_the_raw_one(tmp_path: Path) -> None:
    chart = drawn(loss_chart(analysis_of(write_run(tmp_path, start=START)), smooth=0.9))
    assert len(y_of(chart, "train", "raw")) == 300
    assert np.diff(y_of(chart, "train")).std() < np.diff(y_of(chart, "train", "raw")).std()
    assert chart.caption == "all 303 rows drawn · EMA 0.9, debiased"


def test_the_recent_part_begins_where_few_rows_are_left(tmp_path: Path) -> None:
    chart = drawn(loss_chart(analysis_of(write_run(tmp_path, epochs=1, steps=2_000, start=START)), recent=True))
    assert chart.datasets["lines"]["x"].min() == 1_600
    assert chart.caption == "the newest 401 of 2\u2009001 rows drawn"


def test_what_a_later_attempt_superseded_stays_as_a_ghost(tmp_path: Path) -> None:
    first = rows(epochs=2, start=START)[:150]
    again = rows(epochs=2, start=START + 9_000, first_epoch=1)
    chart = drawn(loss_chart(analysis_of(write_run(tmp_path, [*first, *again]))))
    assert len(chart.datasets["ghosts"]) == 49
    assert "49 rows superseded by a later attempt, dotted" in chart.caption


def test_the_tails_of_two_attempts_are_not_joined(tmp_path: Path) -> None:
    spans = [range(120), range(60, 200), range(150, 300)]
    lines = [train(0, step, 3 - step / 200, at=1_000 * at + step) for at, span in enumerate(spans) for step in span]
    analysis = analysis_of(write_run(tmp_path, lines))
    chart = drawn(loss_chart(analysis))
    ghosts = chart.datasets["ghosts"]
    tails = [(part["x"].min(), part["x"].max()) for _, part in ghosts.groupby("series", observed=True)]
    assert tails == [(60, 119), (150, 199)]
    assert "110 rows superseded by a later attempt, dotted" in chart.caption
    layer = next(each for each in chart.spec["layer"] if each.get("data") == {"name": "ghosts"})
    assert layer["encoding"]["detail"]["field"] == "series"
    curves = curves_of(analysis)
    assert curves is not None
    assert len(curves_chart(curves).datasets["ghosts"]["series"].unique()) == 2


def test_a_few_points_are_drawn_as_they_are_and_train_like_validation(tmp_path: Path) -> None:
    losses = [2 * 0.7**epoch + 0.3 for epoch in range(12)]
    write_log(tmp_path, [epoch_row(epoch, loss, loss + 0.02) for epoch, loss in enumerate(losses)])
    chart = drawn(loss_chart(analysis_of(tmp_path), smooth=0.6))
    assert y_of(chart, "train") == pytest.approx(losses, rel=1e-6)
    assert y_of(chart, "validation") == pytest.approx([loss + 0.02 for loss in losses], rel=1e-6)
    assert "raw" not in chart.datasets
    assert chart.caption == "all 24 rows drawn · too few to smooth"


def test_many_validations_are_smoothed_as_the_train_loss_is(tmp_path: Path) -> None:
    losses = [2 + (-1) ** epoch / 2 for epoch in range(120)]
    write_log(tmp_path, [epoch_row(epoch, loss, loss) for epoch, loss in enumerate(losses)])
    chart = drawn(loss_chart(analysis_of(tmp_path), smooth=0.6))
    assert y_of(chart, "validation") == pytest.approx(y_of(chart, "train"))
    assert y_of(chart, "validation").std() < y_of(chart, "validation", "raw_validation").std()
    assert y_of(chart, "validation", "points") == pytest.approx(losses)  # as they were logged
    assert chart.caption == "all 240 rows drawn · EMA 0.6, debiased"


def test_an_axis_of_epochs_is_called_that(tmp_path: Path) -> None:
    lines = [f"{epoch_row(epoch, 3 - epoch / 9, 3 - epoch / 10, at=60 * epoch)},{epoch}" for epoch in range(12)]
    alone = analyse(run_of(tmp_path / "epochs", lines, f"{HEADER},accuracy"), now=NOW)
    curves = curves_of(alone)
    assert alone.stretch is not None
    assert curves is not None
    one = Subject("one", "#000000", alone)
    charts = [loss_chart(alone), curves_chart(curves, curves.panels), validation_chart(alone), overlay_chart([one])]
    charts += [chart for _, chart in small_charts(alone.stretch).charts]
    for chart in map(drawn, charts):
        assert "global step" not in json.dumps(chart.spec)
        assert chart.description.endswith("along epoch")
        assert list(chart.datasets["hover"]["step"])[-1] == "11"
    assert "epoch 2 to 5" in curves_chart(curves, window=(2, 5)).caption


def test_epochs_do_not_pass_for_steps_beside_a_run_that_has_steps(tmp_path: Path) -> None:
    epochs = analysis_of(write_log(tmp_path / "epochs", [epoch_row(epoch, 3 - epoch / 9) for epoch in range(12)]))
    steps = analysis_of(write_run(tmp_path / "steps", start=START, validation=False))
    chart = drawn(overlay_chart([Subject("epochs", "#000000", epochs), Subject("steps", "#0072B2", steps)]))
    assert chart.description.endswith("along epochs trained")
    ends = chart.datasets["lines"].groupby("series", observed=True)["x"].max()
    assert (ends["epochs"], ends["steps"]) == (12, pytest.approx(3, abs=0.02))  # the epoch 11 ends the twelfth


def test_hover_rows_are_few_and_stay_where_they_are_when_rows_come(tmp_path: Path) -> None:
    lines = rows(epochs=1, steps=1_000, start=START, validation=False)
    write_run(tmp_path, lines[:900])
    before = drawn(loss_chart(analysis_of(tmp_path))).datasets["hover"]
    append(tmp_path, lines[900:])
    after = drawn(loss_chart(analysis_of(tmp_path))).datasets["hover"]
    assert len(after) <= 150
    assert set(before["x"][:-1]) <= set(after["x"])


def test_no_name_from_a_file_is_a_field_of_a_specification(tmp_path: Path) -> None:
    name = '"]+alert(1)+datum["\\'
    analysis = analysis_of(write_run(tmp_path, start=START))
    chart = drawn(overlay_chart([Subject(name, "#0072B2", analysis), Subject("b", "#D55E00", analysis)]))
    hover = next(layer for layer in chart.spec["layer"] if layer["data"]["name"] == "hover")
    assert [each["field"] for each in hover["encoding"]["tooltip"]] == ["step", "y0", "y1"]
    assert hover["encoding"]["tooltip"][1]["title"] == "']+alert(1)+datum['/"


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_vega_draws_a_run_of_any_name(words: str, tmp_path: Path) -> None:
    analysis = analysis_of(write_run(tmp_path, start=START))
    chart = drawn(overlay_chart([Subject(words, "#0072B2", analysis), Subject("b", "#D55E00", analysis)]))
    data = {name: json.loads(table.to_json(orient="records")) for name, table in chart.datasets.items()}
    assert vl_convert.vegalite_to_svg({**chart.spec, "datasets": data}).count("mark-line") >= 1


def test_compared_runs_share_one_limit_of_points(tmp_path: Path) -> None:
    analysis = analysis_of(write_run(tmp_path, epochs=1, steps=3_000, start=START))
    subjects = [Subject(f"run {number}", "#0072B2", analysis) for number in range(10)]
    assert len(drawn(overlay_chart(subjects)).datasets["lines"]) <= 6_000


def test_a_run_keeps_its_colour_and_ten_runs_have_ten(tmp_path: Path) -> None:
    keys = [f"run-{number}" for number in range(10)]
    assert len(set(palette(keys).values())) == 10
    assert palette([keys[3]]) == palette([keys[3]])
    assert palette(keys) == palette(reversed(keys))


def test_the_5_gb_line_comes_only_where_there_was_ever_more(tmp_path: Path) -> None:
    plenty = drawn(memory_chart(analysis_of(write_run(tmp_path / "a", start=START, memory=8_000.0))))
    little = drawn(memory_chart(analysis_of(write_run(tmp_path / "b", start=START, memory=4_000.0))))
    assert plenty.datasets["limits"]["y"].tolist() == [1_024, 5_000]
    assert little.datasets["limits"]["y"].tolist() == [1_024]


def test_no_dataset_is_empty_because_vega_warns_of_one(tmp_path: Path) -> None:
    chart = drawn(loss_chart(analysis_of(write_run(tmp_path, start=START, validation=False))))
    assert all(len(table) for table in chart.datasets.values())
    assert {layer["data"]["name"] for layer in chart.spec["layer"]} == set(chart.datasets)


@pytest.mark.parametrize(("axis", "scale"), list(product(AXES, SCALES)))
def test_vega_draws_every_axis_and_scale(axis: str, scale: str, tmp_path: Path) -> None:
    analysis = analysis_of(write_run(tmp_path, start=START, header=HEADER))
    subjects = [Subject("one", "#0072B2", analysis), Subject("two", "#D55E00", analysis)]
    charts = [
        loss_chart(analysis, axis=axis, scale=scale, smooth=0.6),  # type: ignore[arg-type]
        overlay_chart(subjects, axis=axis, scale=scale),  # type: ignore[arg-type]
        memory_chart(analysis, axis=axis),  # type: ignore[arg-type]
    ]
    for chart in map(drawn, charts):
        data = {name: json.loads(table.to_json(orient="records", date_format="iso")) for name, table in chart.datasets.items()}
        svg = vl_convert.vegalite_to_svg({**chart.spec, "datasets": data})
        assert svg.count("mark-line") >= 1
        assert "NaN" not in svg


def test_a_resumed_training_has_its_mark_in_every_loss_chart(tmp_path: Path) -> None:
    before = rows(start=START)[:150]
    chart = drawn(loss_chart(analysis_of(write_run(tmp_path / "resumed", [*before, *rows(start=START + 10_000, first_epoch=1)]))))
    assert chart.datasets["resumes"][["x", "label"]].to_numpy().tolist() == [[100, "attempt 2 resumes here"]]
    assert chart.caption.endswith(" · dashed: resumed")
    whole = drawn(loss_chart(analysis_of(write_run(tmp_path / "whole", start=START))))
    assert "resumes" not in whole.datasets
    assert "resumed" not in whole.caption
