"""Some lines of a CSV log as columns, parsed as a whole by pyarrow's typed parser: fast, and only for what is as expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from trainmon.runs.readers import moments
from trainmon.runs.readers.tables.csv_dialect import COMMAS, Dialect, split
from trainmon.runs.run import EPOCH, EVAL, TRAIN, Problem
from trainmon.stats.arrays import Floats, Mask

Kind = Literal["time", "phase", "number", "metric", "text"]
"""What a column holds. A line whose `number` cell is no number is a bad line; a `metric` may turn out to be text."""

BLANK = ("", "null", "None", "NA", "N/A")
NO_PHASE = -1
PHASES = {
    **dict.fromkeys(("train", "training"), TRAIN),
    **dict.fromkeys(("eval", "val", "valid", "validation", "test"), EVAL),
    "epoch": EPOCH,
}


@dataclass
class Block:
    """Parsed lines: the columns of each kind by name, [count] each; numbers are (values, logged)."""

    count: int
    time: Floats
    phase: npt.NDArray[np.int8]
    numbers: dict[str, tuple[Floats, Mask]] = field(default_factory=dict)
    texts: dict[str, list[str | None]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    left_out: int = 0


def split_line(line: bytes, dialect: Dialect = COMMAS) -> list[str]:
    """Return the cells of one line, stripped; bytes that are no UTF-8 become the replacement character."""
    return split(line.decode("utf-8", errors="replace"), dialect)


def parse_block(data: bytes, kinds: Mapping[str, Kind], dialect: Dialect = COMMAS) -> Block | None:
    """Return the columns of `data`, complete lines without the header, None where anything is not as `kinds` has it."""
    if b"\0" in data:
        return None
    types = {name: _arrow_type(kind) for name, kind in kinds.items()}
    for at, (name, kind) in enumerate(kinds.items()):
        if kind == "time":
            types[name] = _time_type(data, at, dialect)
    try:
        table = pa_csv.read_csv(
            pa.py_buffer(data),
            read_options=pa_csv.ReadOptions(column_names=list(kinds), block_size=max(1 << 20, len(data) // 4 + 1)),
            parse_options=pa_csv.ParseOptions(delimiter=dialect.delimiter),
            convert_options=pa_csv.ConvertOptions(
                column_types=types, null_values=list(BLANK), strings_can_be_null=True, decimal_point=dialect.decimal
            ),
        )
    except pa.ArrowInvalid:
        return None
    block = Block(table.num_rows, np.full(table.num_rows, np.nan), np.full(table.num_rows, NO_PHASE, dtype=np.int8))
    for name, kind in kinds.items():
        _fill(block, name, kind, table.column(name))
    return block


def _fill(block: Block, name: str, kind: Kind, cells: pa.ChunkedArray) -> None:
    if kind == "time":
        block.time = _times(cells)
    elif kind == "phase":
        block.phase = _phases(cells)
    elif kind == "text":
        block.texts[name] = cells.to_pylist()
    else:
        block.numbers[name] = (cells.fill_null(np.nan).to_numpy(), cells.is_valid().to_numpy())


def _arrow_type(kind: Kind) -> pa.DataType:
    if kind == "phase":
        return pa.dictionary(pa.int32(), pa.string())
    return pa.string() if kind == "text" else pa.float64()


def _time_type(data: bytes, at: int, dialect: Dialect) -> pa.DataType:
    """Return the type of the times in column `at`, judged by the first line: with offset, naive, or a number."""
    cells = split_line(data[: data.find(b"\n") + 1], dialect)
    cell = cells[at] if at < len(cells) else ""
    if cell[4:5] != "-":
        return pa.float64()
    return moments.date_type(cell)


def _times(cells: pa.ChunkedArray) -> Floats:
    if pa.types.is_floating(cells.type):
        return moments.unix_seconds(cells.fill_null(np.nan).to_numpy())
    return moments.of_dates(cells)


def _phases(cells: pa.ChunkedArray) -> npt.NDArray[np.int8]:
    parts = []
    for chunk in cells.chunks:
        codes = [PHASES.get((word or "").strip().lower(), NO_PHASE) for word in chunk.dictionary.to_pylist()]
        places = chunk.indices.fill_null(len(codes)).to_numpy(zero_copy_only=False)
        parts.append(np.array([*codes, NO_PHASE], dtype=np.int8)[places])
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int8)
