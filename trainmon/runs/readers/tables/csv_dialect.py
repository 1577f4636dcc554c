"""How a table is written as text: what stands between its cells and before a fraction, and which line is its header."""

from __future__ import annotations

import csv
import re
from typing import NamedTuple

DELIMITERS = (",", "\t", ";", "|")
_CONFLICT = (b"<<<<<<<", b"=======", b">>>>>>>")
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+(?:[eE][-+]?\d+)?\s*")
LOOKED_AT = 20  # lines: the header is among them


class Dialect(NamedTuple):
    """What stands between the cells of a line, and before the fraction of a number."""

    delimiter: str = ","
    decimal: str = "."


COMMAS = Dialect()


def split(text: str, dialect: Dialect = COMMAS) -> list[str]:
    """Return the cells of one line, stripped."""
    text = text.strip("\r\n")
    try:
        cells = next(csv.reader([text], delimiter=dialect.delimiter), [])
    except csv.Error:  # a carriage return inside, or a cell of more than 128 KiB: no quotes are honoured there
        cells = text.split(dialect.delimiter)
    return [cell.strip() for cell in cells]


def header_line(lines: list[bytes]) -> int:
    """Return the place of the header among the first lines: blank ones, conflict markers and remarks stand before it."""
    for place, line in enumerate(lines[:LOOKED_AT]):
        bare = line.strip()
        remark = bare.startswith(b"#") and not any(delimiter.encode() in bare for delimiter in DELIMITERS)
        if bare and not remark and not bare.startswith(_CONFLICT):
            return place
    return 0


def dialect_of(lines: list[bytes]) -> Dialect:
    """Return the dialect of a table by its header and the lines below it."""
    at = header_line(lines)
    header = lines[at].decode("utf-8", errors="replace") if at < len(lines) else ""
    delimiter = max(DELIMITERS, key=lambda each: len(split(header, Dialect(each))))
    if delimiter == ",":
        return COMMAS
    cells = [cell for line in lines[at + 1 : LOOKED_AT] for cell in split(line.decode("utf-8", "replace"), Dialect(delimiter))]
    commas = sum(_DECIMAL_COMMA.fullmatch(cell) is not None for cell in cells)
    points = sum(re.fullmatch(r"\s*[-+]?\d+\.\d+\s*", cell) is not None for cell in cells)
    return Dialect(delimiter, "," if commas > points else ".")
