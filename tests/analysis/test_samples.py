"""Samples of the machine on the axes of a training: they know only their time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.logs import stamp, train, write_log
from trainmon.analysis import Analysis, analyse
from trainmon.analysis.samples import PlacedSamples, place_samples
from trainmon.runs.opening import open_run

NOW = 1_800_000_000.0


def write_samples(directory: Path, at: Sequence[float], **columns: Sequence[object]) -> Path:
    """Write training_system.csv: one sample at each second after the start of 2026."""
    lines = [",".join(["timestamp", *columns])]
    lines += [",".join([stamp(second), *(str(cells[n]) for cells in columns.values())]) for n, second in enumerate(at)]
    (directory / "training_system.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return directory


def seen(directory: Path, until: int | None = None) -> Analysis:
    return analyse(open_run(directory), now=NOW, until=until)


def placed(directory: Path, until: int | None = None) -> PlacedSamples:
    stretch = seen(directory, until).stretch
    assert stretch is not None
    return place_samples(stretch)


def test_a_sample_stands_between_the_rows_that_its_time_lies_between(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 0, at=0), train(0, 100, at=10), train(0, 200, at=20)])
    found = placed(write_samples(tmp_path, [0, 5, 12.5, 20, 26], available_mb=[1, 2, 3, 4, 5]))
    assert found.along["step"].tolist() == [0, 50, 125, 200, 200]
    assert found.along["relative"].tolist() == [0, 5, 12.5, 20, 26]
    assert found.readings("available_mb").values.tolist() == [1, 2, 3, 4, 5]


def test_samples_before_the_first_row_belong_to_it_only_where_the_attempt_had_begun(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 10, at=10), train(0, 20, at=20)])
    write_samples(tmp_path, [2, 9, 15], available_mb=[1, 2, 3])
    assert placed(tmp_path).along["step"].tolist() == [15]
    record = {"format": 1, "attempts": [{"id": "a", "first_row": 0, "started": stamp(8)}]}
    (tmp_path / "training_run.json").write_text(json.dumps(record))
    assert placed(tmp_path).along["step"].tolist() == [10, 15]


def test_samples_beside_superseded_rows_are_left_out_and_a_resume_is_a_break(tmp_path: Path) -> None:
    first = [train(0, step, at=step) for step in (0, 10, 20, 30)]
    again = [train(0, step, at=80 + step) for step in (20, 30, 40)]
    write_log(tmp_path, [*first, *again])
    found = placed(write_samples(tmp_path, [5, 25, 105, 115], available_mb=[1, 2, 3, 4]))
    assert found.along["step"].tolist() == [5, 25, 35]
    assert found.readings("available_mb").values.tolist() == [1, 3, 4]
    assert found.breaks.tolist() == [1]


def test_samples_in_any_order_come_in_that_of_time_and_those_without_one_have_no_place(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 0, at=0), train(0, 100, at=10)])
    write_samples(tmp_path, [8, 2], available_mb=[80, 20])
    with (tmp_path / "training_system.csv").open("a") as file:
        file.write(",50\n")
    assert placed(tmp_path).readings("available_mb").values.tolist() == [20, 80]


def test_rows_without_a_time_leave_only_the_clock(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 0), train(0, 100)])
    found = placed(write_samples(tmp_path, [0, 5], available_mb=[1, 2])).readings("available_mb")
    assert not found.has_place("step")
    assert found.has_place("wall")


def test_the_first_rows_of_a_run_come_with_the_samples_up_to_them(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 0, at=0), train(0, 100, at=10), train(0, 200, at=20)])
    write_samples(tmp_path, [0, 5, 15], available_mb=[1, 2, 3])
    assert placed(tmp_path, until=2).readings("available_mb").values.tolist() == [1, 2]


def test_blank_samples_are_not_logged(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 0, at=0), train(0, 100, at=10)])
    write_samples(tmp_path, [0, 5, 10], available_mb=[1, "", 3], gpu0_used_mb=["", "", ""])
    found = placed(tmp_path)
    assert found.names == ("available_mb",)
    np.testing.assert_array_equal(found.readings("available_mb").steps, [0, 100])


@pytest.mark.parametrize("cells", [["nan", "nan"], ["", ""]])
def test_a_column_without_a_finite_reading_is_none(tmp_path: Path, cells: list[str]) -> None:
    write_log(tmp_path, [train(0, 0, at=0), train(0, 100, at=10)])
    assert placed(write_samples(tmp_path, [0, 5], swap_mb=cells)).names == ()
