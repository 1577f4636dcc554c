"""CSV text as columns: blank, nan and short rows kept apart, bad lines named, nothing else lost."""

from __future__ import annotations

import math

import numpy as np
import pytest

from trainmon.runs.readers.checkpoint_directory import kind_of
from trainmon.runs.readers.problem_list import MAX_PROBLEMS
from trainmon.runs.readers.tables.csv_table import CsvTable
from trainmon.runs.run import EPOCH, EVAL, TRAIN, Problem

HEADER = "timestamp,epoch,step,phase,loss,grad_norm,note\n"


def table(text: str | bytes, header: str = HEADER) -> CsvTable:
    made = CsvTable("log.csv", kind_of)
    made.lines(header.encode() + (text.encode() if isinstance(text, str) else text), 1)
    return made


def values(made: CsvTable, name: str) -> list[float]:
    return made.columns()[name].values.tolist()


def test_blank_nan_and_infinite_are_three_different_things() -> None:
    made = table(",0,1,train,,1,\n,0,2,train,nan,inf,\n,0,3,train,0.5,-inf,\n")
    loss, norm = made.columns()["loss"], made.columns()["grad_norm"]
    assert loss.logged.tolist() == [False, True, True]
    assert [math.isnan(value) for value in loss.values] == [True, True, False]
    assert norm.values.tolist() == [1, math.inf, -math.inf]
    assert made.problems == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_both_line_ends_read_alike(end: str) -> None:
    made = table(f",0,1,train,1.5,2,a{end},0,2,train,1.25,3,b{end}", HEADER.replace("\n", end))
    assert (made.names[-1], values(made, "loss"), made.texts["note"]) == ("note", [1.5, 1.25], ["a", "b"])


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert table(",0,1,train,1,2,\n", "\ufeff" + HEADER).names[0] == "timestamp"


def test_a_garbage_line_costs_itself_and_is_named() -> None:
    made = table(",0,1,train,1.0,2,\n\x00\x01garbage\n,0,2,train,0.5,2,\n")
    assert values(made, "loss") == [1.0, 0.5]
    assert made.problems == [Problem("log.csv", 3, "the header has 7 cells, this line 1; the line is left out")]


def test_a_short_line_is_a_bad_line_because_its_last_cell_may_be_cut_off() -> None:
    made = table(",0,1,train,1.0,2,\n,0,2,train,0.1\n,0,3,train,0.5,2,\n")
    assert values(made, "step") == [1, 3]
    assert [problem.line for problem in made.problems] == [3]


def test_surplus_blank_cells_are_no_harm_and_surplus_values_are() -> None:
    made = table(",0,1,train,1.0,2,,,\n,0,2,train,1.0,2,,9\n")
    assert values(made, "step") == [1]
    assert [problem.line for problem in made.problems] == [3]


def test_a_word_where_a_number_belongs_is_named_with_its_column() -> None:
    made = table(",0,1,train,1.0,2,\n,0,two,train,0.5,2,\n")
    assert made.problems == [Problem("log.csv", 3, "'two' in column 'step' is not a number; the line is left out")]


def test_a_number_with_an_underscore_is_none() -> None:
    assert [problem.line for problem in table(",0,1_000,train,1.0,2,\n").problems] == [2]


def test_a_header_that_stands_there_again_is_no_row() -> None:
    made = table(",0,1,train,1.0,2,\n" + HEADER + ",0,2,train,0.5,2,\n")
    assert made.count == 2
    assert [problem.reason for problem in made.problems] == ["the header stands here again; the line is left out"]


def test_a_further_column_of_words_is_text_and_keeps_every_row() -> None:
    made = table(",0,1,train,1.0,,\n,0,2,train,0.5,high,\n,0,3,train,0.4,low,x\n")
    assert made.texts == {"grad_norm": [None, "high", "low"], "note": [None, None, "x"]}
    assert values(made, "loss") == [1.0, 0.5, 0.4]


def test_a_word_in_a_further_column_of_numbers_is_left_blank_and_named() -> None:
    made = table(",0,1,train,1.0,2,\n,0,2,train,0.5,oops,\n,0,3,train,0.4,3,\n")
    assert made.columns()["grad_norm"].logged.tolist() == [True, False, True]
    assert made.problems == [Problem("log.csv", 3, "'oops' in column 'grad_norm' is not a number; left blank")]


def test_words_that_come_in_a_later_refresh_to_a_column_of_numbers_are_left_blank() -> None:
    made = table(",0,1,train,1.0,2,\n")
    made.lines(b",0,2,train,0.5,oops,\n", 3)
    assert made.columns()["grad_norm"].logged.tolist() == [True, False]
    assert len(made.problems) == 1


def test_phases_are_known_by_several_words() -> None:
    made = table("".join(f",0,1,{word},1,2,\n" for word in ("train", "VAL", "eval", "epoch", "", "warmup")))
    assert made.phase.view().tolist() == [TRAIN, EVAL, EVAL, EPOCH, -1, -1]


def test_times_with_an_offset_naive_and_in_seconds_are_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    with_offset = table("2026-01-31T12:00:00.500000+00:00,0,1,train,1,2,\n2026-01-31T13:00:00.5+01:00,0,1,train,1,2,\n")
    assert with_offset.time.view().tolist() == [1769860800.5, 1769860800.5]
    as_number = table("1769860800.5,0,1,train,1,2,\n1769860800500,0,1,train,1,2,\n")
    assert as_number.time.view().tolist() == [1769860800.5, 1769860800.5]


def test_naive_and_offset_times_may_stand_in_one_file() -> None:
    made = table("2026-01-31T12:00:00,0,1,train,1,2,\n2026-01-31T12:00:00+00:00,0,2,train,1,2,\n")
    assert made.count == 2
    assert made.problems == []
    assert np.isfinite(made.time.view()).all()


def test_a_quoted_cell_may_hold_commas_and_quotes() -> None:
    made = table(',0,1,train,1,2,"a, ""b"""\n')
    assert made.texts["note"] == ['a, "b"']


def test_bytes_that_are_no_text_cost_nothing_but_themselves() -> None:
    made = table(b",0,1,train,1,2,caf\xe9\n,0,2,train,2,3,ok\n")
    assert values(made, "loss") == [1, 2]
    assert made.texts["note"] == ["caf\ufffd", "ok"]


def test_names_that_stand_twice_or_are_missing_are_told_apart() -> None:
    assert table("1,2,3\n", "a,,a\n").names == ["a", "column 2", "a (3)"]


def test_one_bad_line_among_many_costs_itself() -> None:
    rows = [f",0,{step},train,1.0,2,\n" for step in range(20_000)]
    rows[12_345] = "<<<<<<< HEAD\n"
    made = table("".join(rows))
    assert made.count == 19_999
    assert [problem.line for problem in made.problems] == [12_347]
    assert values(made, "step") == [step for step in range(20_000) if step != 12_345]


def test_many_bad_lines_are_counted_beyond_the_first_hundred() -> None:
    made = table("bad\n" * 1_000)
    assert len(made.problems) == MAX_PROBLEMS + 1
    assert made.problems[-1].reason == "900 more problems of this kind"


@pytest.mark.parametrize("text", ["", "\n", "\n\n"])
def test_a_header_without_rows_is_an_empty_table(text: str) -> None:
    assert (table(text).count, table(text).problems) == (0, [])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("a,b\n1,2\n".encode("utf-16"), "is UTF-16 text, as PowerShell writes it; save it as UTF-8"),
        (b"version https://git-lfs.github.com/spec/v1\noid 1\n", "is a Git LFS pointer, not the file itself; run `git lfs pull`"),
    ],
)
def test_a_file_that_is_no_csv_at_all_says_what_it_is(data: bytes, reason: str) -> None:
    made = CsvTable("log.csv", kind_of)
    made.lines(data, 1)
    assert (made.count, made.problems) == (0, [Problem("log.csv", 1, reason)])
