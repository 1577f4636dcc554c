"""Numbers as logs write them."""

from __future__ import annotations

import pytest

from trainmon.runs.readers.numbers import durations, number, sound


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 0.5 ", 0.5),
        ("1e-05", 1e-05),
        ("-inf", float("-inf")),
        ("93.5%", 93.5),
        ("93.5 %", 93.5),
        ("1,234,567.5", 1234567.5),
        ("0:12:31", 751.0),
        ("12:31", 751.0),
        ("3 days, 17:51:32", 3 * 86_400 + 17 * 3600 + 51 * 60 + 32.0),
        ("1 day, 0:00:01.5", 86_401.5),
        ("1_000", None),
        ("adam", None),
        ("", None),
        ("1" * 100, None),
        ("1,2", None),
    ],
)
def test_a_cell_holds_the_number_that_a_person_reads(text: str, expected: float | None) -> None:
    assert number(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("0,5", 0.5), ("1.234,5", 1234.5), ("-3,2e-5", -3.2e-5), ("7", 7.0)])
def test_a_decimal_comma_is_read_where_the_table_has_it(text: str, expected: float) -> None:
    assert number(text, ",") == expected


@pytest.mark.parametrize("value", [3, 2.5, 0, -1])
def test_a_number_of_a_document_is_taken_as_it_is(value: float) -> None:
    assert sound(value) == value


@pytest.mark.parametrize("value", [None, True, "3", [], float("nan"), float("inf"), 10**400, -(10**400), 1e300])
def test_what_can_count_nothing_is_no_number(value: object) -> None:
    assert sound(value) is None


@pytest.mark.parametrize(
    "cells",
    [
        ["0:00:32", None, "999999:59:59"],
        ["00:00:00", "0:99:99"],
        ["0:00:32", "3 days, 17:51:32", "1 day, 0:00:00.25"],
        ["0:00:32.5", None],
    ],
)
def test_texts_that_are_all_durations_are_what_each_of_them_is(cells: list[float | str | None]) -> None:
    assert durations(cells) == [None if cell is None else number(str(cell)) for cell in cells]


@pytest.mark.parametrize("cells", [["0:00:32", "train"], ["0:00:32", "1:02"], ["0:00:32", "+1:00:00"], ["train"], [None]])
def test_texts_that_are_not_all_durations_with_hours_are_left_to_others(cells: list[float | str | None]) -> None:
    assert durations(cells) is None
