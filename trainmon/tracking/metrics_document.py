"""training_metrics.json, derived from the CSV: streamed row by row, so that a long training needs no memory for it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from trainmon.tracking.atomic_file import plain_json, replacing
from trainmon.tracking.written_history import BLANK, row_of, split_line

_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")


def write_metrics_json(csv_path: Path, json_path: Path, figures: Mapping[str, Any]) -> None:
    """Replace `json_path` with all rows of the CSV, the chain's `figures`, and how many cells were not finite.

    `step_metrics` has the train and eval rows, `epoch_metrics` the epoch rows. Raises OSError on a disk's trouble.
    """
    with replacing(json_path) as file:
        file.write(b'{\n"step_metrics": ')
        non_finite = _write_rows(file, csv_path, epochs=False)
        file.write(b',\n"epoch_metrics": ')
        non_finite += _write_rows(file, csv_path, epochs=True)
        for name, value in {**figures, "non_finite": non_finite}.items():
            file.write(f',\n"{name}": {json.dumps(plain_json(value))}'.encode())
        file.write(b"\n}\n")


def _write_rows(file: BinaryIO, csv_path: Path, *, epochs: bool) -> int:
    """Write one list of rows, a row a line; return how many of their cells were not finite."""
    non_finite = 0
    separator = b"[\n"
    for names, cells in _rows(csv_path, epochs=epochs):
        values = [_value(cell) for cell in cells]
        non_finite += sum(value == "null" and cell not in BLANK for value, cell in zip(values, cells, strict=True))
        file.write(separator + ("{" + ", ".join(map(": ".join, zip(names, values, strict=True))) + "}").encode("utf-8"))
        separator = b",\n"
    file.write(b"[]" if separator == b"[\n" else b"\n]")
    return non_finite


def _rows(csv_path: Path, *, epochs: bool) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Yield the names as JSON and the cells of each data row of the wanted kind."""
    with csv_path.open("rb") as file:
        names = split_line(file.readline())
        places = {name: at for at, name in reversed(list(enumerate(names)))}
        quoted = [json.dumps(name, ensure_ascii=False) for name in names]
        for line in file:
            cells = split_line(line) if line.strip() else []
            row = row_of(cells, names, places)
            if row is not None and (row.phase == "epoch") == epochs:
                yield quoted, cells[: len(names)]


def _value(cell: str) -> str:
    """Return a cell as JSON: a number as it stands, null where blank or not finite, else a string."""
    if cell in BLANK:
        return "null"
    if _JSON_NUMBER.fullmatch(cell):
        return cell if math.isfinite(float(cell)) else "null"
    try:
        number = float("no number" if "_" in cell else cell)
    except ValueError:
        return json.dumps(cell, ensure_ascii=False)
    return repr(number) if math.isfinite(number) else "null"
