"""Lines of JSON that look alike are read as columns, and give the table that reading them one by one gives."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trainmon.runs.readers.documents import json_columns, json_lines
from trainmon.runs.readers.documents.json_columns import columns_of
from trainmon.runs.readers.documents.json_lines import JsonLinesSource
from trainmon.runs.readers.table import MOST_COLUMNS

ODD_NUMBERS = (
    "5.", "5.e3", ".5", "-.5", "+5", "007", "-01", "00", "01.5", "-", "1e", "1e+", "1 2", "5 ", "0x10", "1_000", "inf", "nan",
    "-inf", "infinity", "1e999", "-1e999", "9" * 400, "tru", "nul", "nan0", "TRUE", "--1", "1.2.3", "", "[1]", '{"b": 1}', "1,2",
)  # fmt: skip
NUMBERS = (
    "0", "-0", "-0.0", "0.1", "1E5", "1e-05", "-12.5e+3", "123456789012345678901234567890", "18446744073709551616", "4.9e-324",
    "1e-400", "0.30000000000000004", "1.7976931348623157e308", "9007199254740993", "0e5", "1700000000.5", "1700000000000",
)  # fmt: skip
ODD_LINES = ("", " ", "null", "[1]", "{}", "text", '{"step": 1', '{"step": 1} ', '{"a": "\\u00e9"}', '{"a": "\t"}')
WORDS = ("null", "true", "false", "NaN", "Infinity", "-Infinity")
TEXTS = (
    "", "train", "0:00:32", "12:34:56", "3 days, 17:51:32", "1:02", "93.5%", "NaN", "-inf", "1,000", "épôch", "損失", "a, b: {c}",
    "5.e3", "2024-05-01T12:00:00", "2024-05-01 12:00:00Z", "v1.e", "x" * 201, "null",
)  # fmt: skip
NAMES = ("step", "loss", "eval/loss", "a.e", "timestamp", "time", "phase", "elapsed_time", "é", "")


def source_of(data: bytes, *, one_by_one: bool = False) -> JsonLinesSource:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if one_by_one:
            patch.setattr(json_lines, "columns_of", lambda _: None)
        path = Path(folder) / "log.jsonl"
        path.write_bytes(data)
        source = JsonLinesSource(path)
        source.refresh()
        return source


def contents(source: JsonLinesSource) -> dict[str, Any]:
    table, plain_zero = source.table, 0.0  # "-0" is a whole number, which has no sign
    return {
        "numbers": [(name, (each.values + plain_zero).tolist(), each.logged.tolist()) for name, each in table.columns().items()],
        "texts": list(table.texts.items()),
        "time": table.time.view().tolist(),
        "counts": (table.count, table.entries, table.read_bytes),
        "problems": source.problems(),
    }


def assert_same(data: bytes) -> None:
    np.testing.assert_equal(contents(source_of(data)), contents(source_of(data, one_by_one=True)))


def lines(*rows: object) -> bytes:
    return "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows).encode()


numbers = st.one_of(st.floats(allow_nan=True).map(json.dumps), st.integers().map(str), st.sampled_from(NUMBERS + WORDS))
texts = st.sampled_from(TEXTS).map(lambda text: json.dumps(text, ensure_ascii=False))
cells = st.one_of(numbers, numbers, texts)


@st.composite
def logs(draw: st.DrawFn, odd: bool) -> bytes:
    """Lines of a few shapes, with a `odd` number or line now and then."""
    shapes = draw(st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=not odd), min_size=1, max_size=3))
    colon, comma = draw(st.sampled_from([(": ", ", "), (":", ","), (": ", ",")]))
    kinds = {name: draw(st.sampled_from([numbers, texts, cells])) for name in NAMES}
    rows = []
    for names in draw(st.lists(st.sampled_from(shapes), min_size=1, max_size=12)):
        row = "{" + comma.join(f'"{name}"{colon}{draw(kinds[name])}' for name in names) + "}"
        rows.append(row)
    if odd:
        cell = draw(st.sampled_from(ODD_NUMBERS))
        row = draw(st.sampled_from((f'{{"step"{colon}{cell}{comma}"loss"{colon}1}}', *ODD_LINES)))
        rows[draw(st.integers(0, len(rows))) :] = [f'{{"step"{colon}3{comma}"loss"{colon}1}}', row]
    return lines(*rows)


@settings(deadline=None)
@given(logs(odd=False))
def test_plain_lines_are_read_as_columns_and_say_the_same(data: bytes) -> None:
    assert b"1e999" in data or columns_of(data) is not None
    assert_same(data)


@settings(deadline=None)
@given(logs(odd=True))
@example(lines('{"a": 1, "b": 2}', '{"a": ,"b": 2 }', '{"a":  1,"b": 2}'))
@example(lines('{"a": "x", "b": 2}', '{"a": "x" , "b": 2}', '{"a": "", "b": 2}'))
def test_what_is_not_plain_is_said_the_same_too(data: bytes) -> None:
    assert_same(data)


@pytest.mark.parametrize("cell", ODD_NUMBERS)
@pytest.mark.parametrize("before", ["1", "0.5", "null", '"x"'])
def test_what_arrow_takes_for_a_number_and_json_does_not_is_no_number(cell: str, before: str) -> None:
    assert_same(lines(f'{{"loss": {before}, "step": 1}}', f'{{"loss": {cell}, "step": 2}}'))
    assert_same(lines(f'{{"step": 1, "loss": {before}}}', f'{{"step": 2, "loss": {cell}}}'))


def test_a_point_that_no_digit_follows_may_stand_in_names_and_texts() -> None:
    data = lines({"model.e": 0.5, "version": "v1.e5."}, {"model.e": 1.5, "version": "v2."})
    assert columns_of(data) is not None
    assert_same(data)


def test_trainings_and_validations_with_as_many_names_are_two_shapes() -> None:
    rows = [{"step": at, "loss": 1 / (1 + at)} if at % 3 else {"step": at, "eval_loss": 2.0} for at in range(50)]
    data = lines(*rows, {"e": 1, "f": 2})
    found = columns_of(data)
    assert found is not None
    assert (found[0], [column.name for column in found[1]]) == (51, ["step", "eval_loss", "loss", "e", "f"])
    assert_same(data)


def test_rows_that_are_hardly_alike_are_read_one_by_one() -> None:
    data = lines(*({f"a{at}": 1} for at in range(json_columns.MOST_SHAPES + 1)))
    assert columns_of(data) is None
    assert_same(data)


def test_a_line_of_more_names_than_a_table_has_columns_is_read_by_itself() -> None:
    names = [f"a{at}" for at in range(MOST_COLUMNS + 1)]
    assert columns_of(lines(dict.fromkeys(names[1:], 1))) is not None
    data = lines(dict.fromkeys(names, 1), dict.fromkeys(names, 2))
    assert columns_of(data) is None
    assert_same(data)


def test_blank_lines_are_passed_over() -> None:
    assert_same(b"\n" + lines({"step": 1}, "", {"step": 2}) + b"\n\n")
    assert_same(b"\n\n")


def test_a_name_with_numbers_and_texts_keeps_both() -> None:
    data = lines({"step": 1, "lr": 0.1}, {"step": 2, "lr": "auto"}, {"step": 3, "lr": None}, {"step": 4})
    assert columns_of(data) is not None
    table = source_of(data).table
    np.testing.assert_equal(table.columns()["lr"].values, [0.1, np.nan, np.nan, np.nan])
    assert table.texts == {"lr": [None, "auto", None, None]}
    assert_same(data)


def test_a_file_of_many_blocks_is_the_same_however_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainmon.files.growing_file.BLOCK_BYTES", 500)
    monkeypatch.setattr(json_lines, "FEW_BYTES", 400)
    rows = [
        {"step": at, "loss": 1 / (1 + at), "phase": "train"} | ({"eval_loss": 0.5} if at % 10 == 0 else {}) for at in range(300)
    ]
    torn = ['{"step": 7, "lo', "", "words"]
    assert_same(lines(*rows[:100], *torn, *rows[100:], {"step": 300, "loss": {"a": 1}}))
