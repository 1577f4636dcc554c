"""What a directory's CSV already holds, read with the standard library: how many rows, and the figures of its newest chain."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from trainmon.file_format import METRICS_COLUMNS, PHASES, ChainSums
from trainmon.restart_rule import Position, RestartRule, is_later, is_superseded, row_position

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


class Start(NamedTuple):
    """Where an attempt begins: its first row's index and its position."""

    row: int
    position: Position


class History:
    """The rows of a CSV, its chains counted from 1, and the attempts of the newest chain.

    `longest` is the rows of the longest chain, `judged` the latest chain with at least half of them, `last` the position
    (epoch, step) reached.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = self.chains = self.chain_rows = 0
        self.judged = self.judged_rows = self.longest = 0
        self.starts: tuple[Start, ...] = ()
        self.last: tuple[float | None, float | None] = (None, None)

    def sums(self, begin: Position | None = None) -> ChainSums:
        """Return the figures of the newest chain, without what its later attempts, or one that begins at `begin`, supersede."""
        sums = ChainSums()
        if not self.starts:
            return sums
        begins = [start.position for start in self.starts[1:]] + ([] if begin is None else [begin])
        attempt = dropped = 0  # rows of attempts before `dropped` are superseded
        for index, row in enumerate(read_rows(self.path)):
            if index < self.starts[0].row:
                continue
            if attempt + 1 < len(self.starts) and index >= self.starts[attempt + 1].row:
                attempt += 1
            if attempt >= dropped:
                later = range(len(begins), attempt, -1)
                dropped = next((n for n in later if is_superseded(row.phase, row.epoch, row.step, begins[n - 1])), dropped)
            if attempt >= dropped:
                sums.add(*row)
        return sums


def read_history(path: Path, recorded: Mapping[int, bool]) -> History:
    """Read a CSV once; `recorded` says which rows begin an attempt, and whether it resumed, and settles all from its first."""
    history = History(path)
    rule, settled_from = RestartRule(), min(recorded, default=math.inf)
    starts: list[Start] = []
    for index, row in enumerate(read_rows(path)):
        restarted = rule.begins(row.phase, row.epoch, row.step, row.elapsed, row.time)
        if index == 0 or index in recorded or (restarted and index < settled_from):
            start = Start(index, row_position(row.phase, row.epoch, row.step))
            if starts and recorded.get(index, is_later(start.position, starts[0].position)):
                starts.append(start)
            else:
                starts, history.chain_rows = [start], 0
                history.chains += 1
        history.rows = index + 1
        history.chain_rows += 1
        history.longest = max(history.longest, history.chain_rows)
        if 2 * history.chain_rows >= history.longest:
            history.judged, history.judged_rows = history.chains, history.chain_rows
        history.last = (row.epoch, history.last[1] if row.step is None else row.step)
    history.starts = tuple(starts)
    return history


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
        for line in file:
            if line.strip():
                row = row_of(split_line(line), names, places)
                if row is not None:
                    yield row


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
