"""The charts of a comparison: bands of seeds, many runs, settings against results."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import vl_convert

from tests.comparison.runs import falling, made
from tests.logs import epoch_row, run_of
from trainmon.analysis.series import AXES
from trainmon.charts import Chart, comparison_chart, effect_chart, side_colours
from trainmon.comparison import Comparison, compare
from trainmon.comparison.effects import effects_of


def groups(tmp_path: Path, rows: int = 400) -> Comparison:
    """Compare two groups of seeds, one of which has a run that broke off, and a single run."""
    settings = [(0.1, 1, rows), (0.1, 2, rows), (0.1, 3, 200), (0.2, 1, rows), (0.2, 2, rows)]
    runs = [
        made(tmp_path / f"lr-{rate}-seed-{seed}", falling(rate, count, seed=seed), {"lr": rate, "seed": seed})
        for rate, seed, count in settings
    ]
    return compare([*runs, made(tmp_path / "single", falling(0.3), {"lr": 0.3})])


def drawn(chart: Chart | None) -> Chart:
    assert chart is not None
    return chart


def svg(chart: Chart) -> str:
    data = {name: json.loads(table.to_json(orient="records", date_format="iso")) for name, table in chart.datasets.items()}
    return vl_convert.vegalite_to_svg({**chart.spec, "width": 600, "datasets": data})


def test_a_band_holds_the_mean_and_ends_where_fewer_than_half_of_the_runs_are(tmp_path: Path) -> None:
    chart = drawn(comparison_chart(groups(tmp_path), smooth=0.6))
    bands, lines = (chart.datasets[name] for name in ("bands", "lines"))
    means = lines[lines["series"].isin(bands["series"].unique())]["y"].to_numpy()
    assert (bands["y"].to_numpy() <= means + 1e-6).all()
    assert (means <= bands["y2"].to_numpy() + 1e-6).all()
    assert bands.groupby("series", observed=True)["x"].max().min() > 390
    assert "all 2\u2009000 rows drawn" in chart.caption


def test_the_specification_stays_where_only_rows_are_new(tmp_path: Path) -> None:
    before, after = (drawn(comparison_chart(groups(tmp_path, rows))) for rows in (300, 400))
    assert before.spec == after.spec


def test_epochs_do_not_pass_for_steps_beside_a_run_that_has_steps(tmp_path: Path) -> None:
    epochs = run_of(tmp_path / "epochs", [epoch_row(epoch, 3 - epoch / 9) for epoch in range(12)])
    chart = drawn(comparison_chart(compare([epochs, made(tmp_path / "steps", falling(0.3))])))
    assert chart.description.endswith("along epochs trained")
    assert drawn(comparison_chart(compare([epochs]))).description.endswith("along epoch")
    assert "global step" not in json.dumps(drawn(comparison_chart(compare([epochs]))).spec)


@pytest.mark.parametrize("axis", AXES)
def test_vega_draws_groups_on_every_axis_that_was_logged(axis: str, tmp_path: Path) -> None:
    chart = comparison_chart(groups(tmp_path), axis=axis)  # type: ignore[arg-type]
    assert (chart is None) == (axis in ("relative", "wall"))  # these rows have no times
    if chart is not None:
        text = svg(chart)
        assert text.count("mark-line") >= 1
        assert "NaN" not in text


def test_of_fifty_runs_few_points_are_drawn_and_the_baseline_is_always_in_colour(tmp_path: Path) -> None:
    runs = [made(tmp_path / f"run-{at:02}", falling(1.5 - at / 100, 1_000, seed=at)) for at in range(50)]
    found = compare(runs)
    assert len(set(side_colours(found).values())) == 10
    assert found.baseline_side in side_colours(found)
    chart = drawn(comparison_chart(found))
    assert sum(len(chart.datasets[name]) for name in ("lines", "others")) <= 8_000
    assert np.isnan(chart.datasets["others"]["y"]).sum() == 40
    assert "40 more in grey" in chart.caption


def test_a_setting_that_spans_decades_is_logarithmic_and_words_stand_side_by_side(tmp_path: Path) -> None:
    name = '"]+alert(1)+datum["\\'
    runs = [
        made(tmp_path / f"run-{at}", falling(1 + at, 50, seed=at), {"lr": 10.0**-at, name: "ab"[at % 2], "depth": 4 + at % 3})
        for at in range(6)
    ]
    found = compare(runs)
    effects = {effect.key: effect for effect in effects_of(found)}
    charts = {key: effect_chart(found, effect, side_colours(found)) for key, effect in effects.items()}
    x = {key: chart.spec["layer"][0]["encoding"]["x"] for key, chart in charts.items()}
    assert x["lr"]["scale"]["type"] == "log"
    assert "type" not in x["depth"]["scale"]
    assert (x[name]["type"], x[name]["title"]) == ("nominal", "']+alert(1)+datum['/")
    assert charts["lr"].description == "lr against train loss: a point for each of 6 runs"
    assert all(svg(chart).count("aria-roledescription") >= 6 for chart in charts.values())
