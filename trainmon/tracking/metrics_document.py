"""training_metrics.json, derived from the CSV: what stands in it is copied, and only rows that are new are converted."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from trainmon.tracking.atomic_file import plain_json, replacing
from trainmon.tracking.written_rows import BLANK, fingerprint, row_of, split_line

BLOCK_BYTES = 1 << 20
_TAIL_BYTES = 1 << 14  # more than the figures behind the rows take
_OPENING = b'{\n"step_metrics": [\n'
_BETWEEN = b'\n],\n"epoch_metrics": [\n'
_SOURCE = b'\n"source": '

_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
# What our writer makes of nearly every row, cell by cell: times, phases, and numbers that no float overflows at.
_TIME = r"(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}\+00:00)"
_PHASE = r"(train|eval)"
_NUMBER = r"(-?(?:0|[1-9]\d{0,20})(?:\.\d{1,30})?(?:[eE][-+]?\d{1,2})?|)"


class Source(NamedTuple):
    """How much of the CSV a document holds: its first `bytes`, with their fingerprint, and where the rows of each list end."""

    bytes: int
    fingerprint: int
    step_rows_end: int
    epoch_rows_end: int
    non_finite: int


def write_metrics_json(csv: BinaryIO, size: int, json_path: Path, figures: Mapping[str, Any]) -> None:
    """Replace `json_path` with the rows in the first `size` bytes of the CSV, and the chain's `figures`; a torn end waits.

    A document that has all of these rows already is left as it is.
    `step_metrics` has the train and eval rows, `epoch_metrics` the epoch rows; `non_finite` counts the cells that JSON cannot
    hold, and `source` says which part of the CSV stands here. Raises OSError on a disk's trouble.
    """
    names = split_line(csv.readline())
    begin = csv.tell()
    size = max(begin, _end_of_lines(csv, size))
    done = _source_of(json_path, csv, size)
    if done is not None and done.bytes == size:
        return
    rows = _Converter(names)
    with replacing(json_path) as new:
        new.write(_OPENING)
        epoch_rows: list[bytes] = []
        if done is not None:
            with json_path.open("rb") as old:
                _copy(old, len(_OPENING), done.step_rows_end, new)
                old.seek(done.step_rows_end + len(_BETWEEN))
                epoch_rows = [old.read(done.epoch_rows_end - old.tell())]
        csv.seek(done.bytes if done else begin)
        rows.convert(csv, size, new, epoch_rows)
        step_rows_end = new.tell()
        new.write(_BETWEEN + b",\n".join(filter(None, epoch_rows)))
        epoch_rows_end = new.tell()
        new.write(b"\n]")
        non_finite = rows.non_finite + (done.non_finite if done else 0)
        source = Source(size, fingerprint(csv, size), step_rows_end, epoch_rows_end, non_finite)
        for name, value in {**figures, "non_finite": non_finite}.items():
            new.write(f',\n"{name}": {json.dumps(plain_json(value))}'.encode())
        new.write(b"," + _SOURCE + json.dumps(source._asdict()).encode() + b"\n}\n")


class _Converter:
    """Turns lines of the CSV into JSON objects, a row a line."""

    def __init__(self, names: list[str]) -> None:
        self.non_finite = 0
        self._names = names
        self._places = {name: at for at, name in reversed(list(enumerate(names)))}
        self._quoted = [json.dumps(name, ensure_ascii=False) for name in names]
        kinds = {"timestamp": (_TIME, '"%s"'), "phase": (_PHASE, '"%s"')}
        cells = [kinds.get(name, (_NUMBER, "%s")) for name in names]
        self._usual = re.compile(",".join(pattern for pattern, _ in cells) + "\n").fullmatch
        fields = (f"{name.replace('%', '%%')}: {shape}" for name, (_, shape) in zip(self._quoted, cells, strict=True))
        self._template = "{" + ", ".join(fields) + "}"

    def convert(self, csv: BinaryIO, size: int, new: BinaryIO, epoch_rows: list[bytes]) -> None:
        """Write the train and eval rows up to `size`, and add the epoch rows to their list."""
        separator = b"" if new.tell() == len(_OPENING) else b",\n"
        left = size - csv.tell()
        for line in csv:
            if left <= 0:  # the loop has gone on
                break
            left -= len(line)
            row, is_epoch = self._row(line)
            if is_epoch:
                epoch_rows.append(row)
            elif row:
                new.write(separator + row)
                separator = b",\n"

    def _row(self, line: bytes) -> tuple[bytes, bool]:
        """Return a line's row and whether it is an epoch's; nothing where it is a bad line."""
        usual = self._usual(line.decode("utf-8", "replace"))
        if usual is not None and "phase" in self._places:
            return (self._template % tuple([cell or "null" for cell in usual.groups()])).encode(), False
        cells = split_line(line) if line.strip() else []
        row = row_of(cells, self._names, self._places)
        if row is None:
            return b"", False
        values = [_value(cell) for cell in cells[: len(self._names)]]
        self.non_finite += sum(value == "null" and cell not in BLANK for value, cell in zip(values, cells, strict=False))
        pairs = map(": ".join, zip(self._quoted, values, strict=True))
        return ("{" + ", ".join(pairs) + "}").encode(), row.phase == "epoch"


def _source_of(json_path: Path, csv: BinaryIO, size: int) -> Source | None:
    """Return what part of this CSV the document holds, None where it is no part of it or there is no whole document."""
    try:
        with json_path.open("rb") as old:
            old.seek(max(0, old.seek(0, os.SEEK_END) - _TAIL_BYTES))
            _, found, tail = old.read().rpartition(_SOURCE)
            source = Source(**json.loads(tail.rstrip(b"}\n") + b"}")) if found else None
            if source is None or source.bytes > size or source.fingerprint != fingerprint(csv, source.bytes):
                return None
            old.seek(source.step_rows_end)
            return source if old.read(len(_BETWEEN)) == _BETWEEN else None
    except (OSError, ValueError, TypeError):
        return None


def _end_of_lines(csv: BinaryIO, size: int) -> int:
    """Return where the last whole line before `size` ends."""
    start = max(0, size - BLOCK_BYTES)
    csv.seek(start)
    return start + csv.read(size - start).rfind(b"\n") + 1


def _copy(old: BinaryIO, start: int, end: int, new: BinaryIO) -> None:
    old.seek(start)
    while start < end:
        block = old.read(min(BLOCK_BYTES, end - start))
        new.write(block)
        start += len(block)


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
