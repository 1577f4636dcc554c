"""Some lines of a CSV log as columns, parsed one by one: slower, and each bad line costs itself alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from trainmon.runs.readers import moments
from trainmon.runs.readers.numbers import number
from trainmon.runs.readers.tables.csv_block import BLANK, NO_PHASE, PHASES, Block, Kind, split_line
from trainmon.runs.readers.tables.csv_dialect import COMMAS, Dialect
from trainmon.runs.run import Problem


class Place(NamedTuple):
    """Where cells stand: the file, the number of each one's line, and how numbers are written there."""

    file_name: str
    lines: list[int]
    decimal: str


def parse_lines(data: bytes, first_line: int, kinds: Mapping[str, Kind], file_name: str, dialect: Dialect = COMMAS) -> Block:
    """Return the columns of `data`, complete lines of which the first has the number `first_line`, and what was wrong."""
    good: list[list[str]] = []
    places: list[int] = []
    problems: list[Problem] = []
    for place, line in enumerate(data.split(b"\n"), first_line):
        if not line.strip(b"\r \t"):
            continue
        cells = split_line(line, dialect)
        wrong = _what_is_wrong(cells, kinds, dialect)
        if wrong:
            problems.append(Problem(file_name, place, f"{wrong}; the line is left out"))
        else:
            good.append(cells[: len(kinds)])
            places.append(place)
    block = Block(len(good), np.full(len(good), np.nan), np.full(len(good), NO_PHASE, dtype=np.int8), problems=problems)
    block.left_out = len(problems)
    for at, (name, kind) in enumerate(kinds.items()):
        _fill(block, name, kind, [row[at] for row in good], Place(file_name, places, dialect.decimal))
    return block


def _what_is_wrong(cells: list[str], kinds: Mapping[str, Kind], dialect: Dialect) -> str:
    wanted = len(kinds)
    if len(cells) < wanted or any(cells[wanted:]):
        return f"the header has {wanted} cells, this line {len(cells)}"
    if cells[:wanted] == list(kinds):
        return "the header stands here again"
    for (name, kind), cell in zip(kinds.items(), cells, strict=False):
        if cell in BLANK:
            continue
        if kind == "number" and number(cell, dialect.decimal) is None:
            return f"{cell[:40]!r} in column {name!r} is not a number"
        if kind == "time" and moments.seconds(cell) is None:
            return f"{cell[:40]!r} in column {name!r} is not a time"
    return ""


def _fill(block: Block, name: str, kind: Kind, cells: list[str], place: Place) -> None:
    if kind == "time":
        block.time = np.array([np.nan if cell in BLANK else moments.seconds(cell) for cell in cells], dtype=np.float64)
        return
    if kind == "phase":
        block.phase = np.array([PHASES.get(cell.lower(), NO_PHASE) for cell in cells], dtype=np.int8)
        return
    values = [None if kind == "text" or cell in BLANK else number(cell, place.decimal) for cell in cells]
    strange = [at for at, cell in enumerate(cells) if values[at] is None and cell not in BLANK]
    if kind == "text" or (strange and all(value is None for value in values)):
        block.texts[name] = [None if cell in BLANK else cell for cell in cells]
        return
    for at in strange:
        what = f"{cells[at][:40]!r} in column {name!r} is not a number; left blank"
        block.problems.append(Problem(place.file_name, place.lines[at], what))
    logged = np.array([value is not None for value in values], dtype=np.bool_)
    block.numbers[name] = (np.array([np.nan if value is None else value for value in values], dtype=np.float64), logged)
