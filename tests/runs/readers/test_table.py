"""Rows that name their own cells: columns that come later, blanks, texts, times, and too much of all."""

from __future__ import annotations

import numpy as np
import pytest

from trainmon.runs.readers.table import MOST_COLUMNS, Table


def test_a_column_that_comes_later_is_blank_before() -> None:
    table = Table("log")
    table.add([{"step": 1.0, "loss": 2.0}])
    table.add([{"step": 2.0, "val_loss": float("nan")}, {"step": 3.0, "loss": None}])
    columns = table.columns()
    assert table.count == 3
    assert columns["val_loss"].logged.tolist() == [False, True, False]
    assert columns["loss"].logged.tolist() == [True, False, False]
    assert np.isnan(columns["val_loss"].values[1])


def test_columns_handed_out_before_stay_as_they_were() -> None:
    table = Table("log")
    table.add([{"loss": 2.0}])
    before = table.columns()["loss"]
    table.add([{"loss": 1.0}])
    assert before.values.tolist() == [2.0]


def test_texts_are_kept_and_those_that_name_moments_give_the_time() -> None:
    table = Table("log")
    table.add([{"timestamp": "2026-01-02T03:04:05+00:00", "note": "warm-up", "loss": 1.0}, {"loss": 2.0}])
    assert table.texts["note"] == ["warm-up", None]
    assert table.time.view()[0] == 1767323045.0
    assert np.isnan(table.time.view()[1])


@pytest.mark.parametrize(("value", "time"), [(1767323045.5, 1767323045.5), (1767323045500.0, 1767323045.5), (12.5, None)])
def test_a_number_is_a_moment_only_where_it_is_large_enough(value: float, time: float | None) -> None:
    table = Table("log")
    table.add([{"time": value, "loss": 1.0}])
    assert table.time.view()[0] == time if time is not None else np.isnan(table.time.view()[0])


def test_too_many_columns_are_left_out_and_said() -> None:
    table = Table("log")
    table.add([{f"m{place}": 1.0 for place in range(MOST_COLUMNS + 20)}])
    assert len(table.columns()) == MOST_COLUMNS
    assert "20 of its columns are left out" in table.problems[-1].reason


def test_columns_that_hardly_any_row_fills_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainmon.runs.readers.table.CELLS_FREE", 1_000)
    table = Table("log")
    for place in range(500):
        table.add([{f"metric {place}": 1.0}])
    assert len(table.columns()) < 40, "with 40 columns in 40 rows there was no room for more"
    assert "left out" in table.problems[-1].reason


def test_the_hundred_first_problems_are_told_in_full() -> None:
    table = Table("log")
    for line in range(250):
        table.complain(line, "is no number")
    assert len(table.problems) == 101
    assert table.problems[-1].reason == "150 more problems of this kind"
