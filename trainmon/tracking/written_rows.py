"""The rows that a directory's CSV already holds, read with the standard library: those that readers count."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from trainmon.files.format import METRICS_COLUMNS, PHASES

PRINT_BYTES = 1 << 12
BLANK = frozenset(("", "null", "None", "NA", "N/A"))
NUMBERS = frozenset(METRICS_COLUMNS) - {"timestamp", "phase"}  # a cell there that is no number makes its line a bad one


class WrittenRow(NamedTuple):
    """One data row: `time` in seconds since 1970, `memory` in MB, `elapsed` in seconds, None = blank."""

    time: float | None
    epoch: float | None
    step: float | None
    phase: str
    loss: float | None
    val_loss: float | None
    memory: float | None
    elapsed: float | None


def read_rows(path: Path) -> Iterator[WrittenRow]:
    """Yield the data rows of a CSV, those that readers count; a missing file has none.

    A data row is a line that is not blank, has as many cells as the header (blank ones beyond do not count), is not the
    header again, and has numbers where the fixed columns have numbers, and a time. An unfinished last line counts likewise.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        names = split_line(file.readline())
        places = {name: at for at, name in reversed(list(enumerate(names)))}
        usual = UsualRows(names) if names[: len(METRICS_COLUMNS)] == list(METRICS_COLUMNS) else None
        for line in file:
            row = usual.row_of(line) if usual is not None else None
            if row is None and line.strip():
                row = row_of(split_line(line), names, places)
            if row is not None:
                yield row


class UsualRows:
    """Parses the lines that our writer makes below our header, several times as fast as `row_of` parses any."""

    def __init__(self, names: list[str]) -> None:
        self._cells = len(names)

    def row_of(self, line: bytes) -> WrittenRow | None:
        """Return a line's row, None where it is unusual."""
        if b'"' in line or b"_" in line:
            return None
        cells = line.decode("utf-8", "replace").split(",")
        if len(cells) != self._cells or cells[3] not in PHASES:
            return None
        try:
            cells[-1] = cells[-1].strip()
            epoch, step, loss, val_loss, rate, memory, elapsed = [
                None if not cell else int(cell) if cell.isdecimal() else float(cell) for cell in (*cells[1:3], *cells[4:9])
            ]
            time = datetime.fromisoformat(cells[0]).timestamp()
        except ValueError:
            return None
        return WrittenRow(time, epoch, step, cells[3], loss, val_loss, memory, elapsed)


def split_line(line: bytes) -> list[str]:
    """Return the cells of one line, without blanks around them and without a byte order mark."""
    text = line.decode("utf-8-sig", errors="replace").strip("\r\n")
    if '"' not in text:
        return [cell.strip() for cell in text.split(",")]
    return [cell.strip() for cell in next(csv.reader([text]), [])]


def row_of(cells: list[str], names: list[str], places: Mapping[str, int]) -> WrittenRow | None:
    """Return a line's row, None where the line is a bad one."""
    if len(cells) < len(names) or any(cells[len(names) :]) or cells == names:
        return None
    try:
        numbers = {name: _number(cells[at]) for name, at in places.items() if name in NUMBERS}
        time = _seconds(cells[places["timestamp"]]) if "timestamp" in places else None
    except ValueError:
        return None
    get = numbers.get
    step = get("step")
    phase = cells[places["phase"]].lower() if "phase" in places else ""
    if phase not in PHASES:
        phase = "epoch" if step is None else "train"
    return WrittenRow(time, get("epoch"), step, phase, get("loss"), get("val_loss"), get("memory_mb"), get("elapsed_time_s"))


def _number(cell: str) -> float | None:
    """Return a cell's number, whole ones as int, None where blank; ValueError where it holds none ("1_000" is none)."""
    if cell in BLANK:
        return None
    if "_" in cell:
        raise ValueError(cell)
    return int(cell) if cell.isdecimal() else float(cell)


def _seconds(cell: str) -> float | None:
    """Return a moment as seconds since 1970 (a naive one is local time), None where blank; ValueError where it is none."""
    if cell in BLANK:
        return None
    try:
        return datetime.fromisoformat(cell).timestamp()
    except (ValueError, OverflowError, OSError):
        number = float(cell)
    return number / 1000 if abs(number) >= 1e12 else number


def fingerprint(csv: BinaryIO, end: int) -> int:
    """Return a checksum of the header and of the last bytes before `end`: another file will not have the same."""
    from zlib import crc32  # not for the first row of a new directory, which a training waits for

    csv.seek(0)
    header = csv.readline()
    csv.seek(max(0, end - PRINT_BYTES))
    return crc32(header + csv.read(min(end, PRINT_BYTES)))
