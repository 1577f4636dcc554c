"""Marks on the loss chart where findings begin."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import vl_convert

from tests.logs import run_of, stamp
from trainmon.analysis import analyse
from trainmon.analysis.series import AXES, Axis
from trainmon.charts import loss_chart
from trainmon.runs.run import Run


def spiky(directory: Path) -> Run:
    """Return a run of 100 steps that falls, with spikes at the steps 40, 60 and 80."""
    losses = [(0.5 + 2 / (1 + step / 10)) * (4 if step in (40, 60, 80) else 1 + 0.01 * (step % 3)) for step in range(100)]
    return run_of(directory, [f"{stamp(step)},0,{step},train,{loss},,,," for step, loss in enumerate(losses)])


@pytest.mark.parametrize("axis", AXES)
def test_findings_are_marked_on_every_axis(tmp_path: Path, axis: Axis) -> None:
    chart = loss_chart(analyse(spiky(tmp_path), now=1e12), axis=axis)
    assert chart is not None
    marks = chart.datasets["findings"]
    assert len(marks) == 3
    assert marks["label"][0].startswith("loss has 3 spikes, the first at epoch 0, step 40")
    data = {name: json.loads(table.to_json(orient="records", date_format="iso")) for name, table in chart.datasets.items()}
    assert vl_convert.vegalite_to_svg({**chart.spec, "datasets": data}).count("mark-rule") >= 1


def test_a_healthy_run_has_no_marks(tmp_path: Path) -> None:
    rows = [f"{stamp(step)},0,{step},train,{0.5 + 2 / (1 + step / 10)},,,," for step in range(100)]
    chart = loss_chart(analyse(run_of(tmp_path, rows), now=1e12))
    assert chart is not None
    assert "findings" not in chart.datasets
