"""How tables are written as text: delimiters, decimal commas, and what stands before the header."""

from __future__ import annotations

import pytest

from trainmon.runs.readers.tables.csv_dialect import COMMAS, Dialect, dialect_of, header_line, split


@pytest.mark.parametrize(
    ("lines", "dialect"),
    [
        ([b"epoch,loss", b"1,0.5"], COMMAS),
        ([b"epoch;loss", b"1;0,5", b"2;0,25"], Dialect(";", ",")),
        ([b"epoch;loss", b"1;0.5"], Dialect(";", ".")),
        ([b"epoch\tloss", b"1\t0.5"], Dialect("\t", ".")),
        ([b"epoch|loss", b"1|0.5"], Dialect("|", ".")),
        ([b"loss"], COMMAS),
        ([], COMMAS),
    ],
)
def test_the_header_tells_the_delimiter_and_the_numbers_the_decimal_sign(lines: list[bytes], dialect: Dialect) -> None:
    assert dialect_of(lines) == dialect


@pytest.mark.parametrize("cell", ["a\rb", "x" * 200_000, '"open'])
def test_no_cell_is_too_strange_to_be_split(cell: str) -> None:
    assert split(f"1,{cell}\n") == ["1", cell.lstrip('"')]


def test_blank_lines_conflict_markers_and_remarks_stand_before_the_header() -> None:
    assert header_line([b"", b"<<<<<<< HEAD", b"# made by hand", b"epoch,loss", b"1,2"]) == 3
    assert header_line([b"# epoch,loss", b"1,2"]) == 0, "a header may be marked as a remark"
