"""What a directory's CSV already holds, read with the standard library: how many rows, and the figures of its newest chain."""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Iterator, Mapping
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from trainmon.file_format import METRICS_COLUMNS, PHASES, ChainSums
from trainmon.restart_rule import Position, RestartRule, is_later, is_superseded, row_position

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
        self._sums = ChainSums()
        self._superseded = False  # some rows do not count: which these are is known once all attempts are
        self._furthest: dict[str, Position] = {}

    def begin(self, row: int, position: Position, resumed: bool) -> None:
        """Note that the attempt of the next row, whose index is `row`, begins here."""
        if resumed and self.starts:
            self.starts = (*self.starts, Start(row, position))
            self._superseded |= any(is_superseded(phase, *furthest, position) for phase, furthest in self._furthest.items())
            return
        self.judge()
        self.starts, self.chain_rows, self._sums, self._superseded, self._furthest = (
            (Start(row, position),),
            0,
            ChainSums(),
            False,
            {},
        )
        self.chains += 1

    def add(self, row: WrittenRow) -> None:
        """Take the next row."""
        self.rows += 1
        self.chain_rows += 1
        self._sums.add(*row)
        self.last = (row.epoch, self.last[1] if row.step is None else row.step)
        at = (row.epoch or 0, row.step or 0)
        if row.phase not in self._furthest or at > self._furthest[row.phase]:
            self._furthest[row.phase] = at

    def judge(self) -> None:
        """Take it that the newest chain has no more rows for now."""
        self.longest = max(self.longest, self.chain_rows)
        if self.chains and 2 * self.chain_rows >= self.longest:
            self.judged, self.judged_rows = self.chains, self.chain_rows

    def sums(self) -> ChainSums:
        """Return the figures of the newest chain, without what its later attempts supersede."""
        if self._superseded:
            self._sums, self._superseded = self._read_again(), False
        return self._sums

    def state_after(self, more: int) -> dict[str, Any]:
        """Return as plain values what this will be once the newest chain has `more` rows, which `sums` has already."""
        after = copy(self)
        after.rows, after.chain_rows = self.rows + more, self.chain_rows + more
        after.judge()
        state = {name: getattr(after, name) for name in _COUNTS}
        starts = [[row, epoch, None if math.isinf(step) else step] for row, (epoch, step) in self.starts]
        return {**state, "starts": starts, "sums": _plain(self._sums)}

    @classmethod
    def from_state(cls, path: Path, state: Mapping[str, Any]) -> History:
        """Return the history that `state_after` told of."""
        history = cls(path)
        for name in _COUNTS:
            setattr(history, name, state[name])
        history.starts = tuple(Start(row, (epoch, -math.inf if step is None else step)) for row, epoch, step in state["starts"])
        _fill(history._sums, state["sums"])
        sums = history._sums
        history.last = (sums.epoch, sums.step)
        history._furthest = {"train": (sums.epoch or 0, sums.step or 0)}  # an attempt goes forward
        return history

    def _read_again(self) -> ChainSums:
        """Return the figures without superseded rows."""
        sums = ChainSums()
        begins = [start.position for start in self.starts[1:]]
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


_COUNTS = ("rows", "chains", "chain_rows", "judged", "judged_rows", "longest")


def _plain(sums: Any) -> dict[str, Any]:
    """Return running sums as plain values, those that they are made of too."""
    values = {name: getattr(sums, name) for name in sums.__slots__}
    return {name: _plain(value) if hasattr(value, "__slots__") else value for name, value in values.items()}


def _fill(sums: Any, state: Mapping[str, Any]) -> None:
    for name in sums.__slots__:
        if isinstance(state[name], dict):
            _fill(getattr(sums, name), state[name])
        else:
            setattr(sums, name, state[name])


def fingerprint(csv: BinaryIO, end: int) -> int:
    """Return a checksum of the header and of the last bytes before `end`: another file will not have the same."""
    from zlib import crc32

    csv.seek(0)
    header = csv.readline()
    csv.seek(max(0, end - PRINT_BYTES))
    return crc32(header + csv.read(min(end, PRINT_BYTES)))


def reached(history: History, more: int) -> dict[str, Any] | None:
    """Return what spares the next start the reading of the CSV as it is now, None where a figure is not finite."""
    with history.path.open("rb") as csv:
        size = csv.seek(0, os.SEEK_END)
        found = {"bytes": size, "fingerprint": fingerprint(csv, size), **history.state_after(more)}
    try:
        json.dumps(found, allow_nan=False)
    except ValueError:
        return None
    return found


def history_from(path: Path, state: object) -> History | None:
    """Return the history that `reached` noted, None where the CSV is not exactly as it was then."""
    try:
        with path.open("rb") as csv:
            size = csv.seek(0, os.SEEK_END)
            if not isinstance(state, dict) or state["bytes"] != size or state["fingerprint"] != fingerprint(csv, size):
                return None
        return History.from_state(path, state)
    except (OSError, LookupError, TypeError, ValueError, AttributeError):
        return None


def read_history(path: Path, recorded: Mapping[int, bool]) -> History:
    """Read a CSV once; `recorded` says which rows begin an attempt, and whether it resumed, and settles all from its first."""
    history = History(path)
    rule, settled_from = RestartRule(), min(recorded, default=math.inf)
    for index, row in enumerate(read_rows(path)):
        restarted = index < settled_from and rule.begins(row.phase, row.epoch, row.step, row.elapsed, row.time)
        if index == 0 or restarted or index in recorded:
            position = row_position(row.phase, row.epoch, row.step)
            resumed = recorded.get(index, bool(history.starts) and is_later(position, history.starts[0].position))
            history.begin(index, position, resumed)
        history.add(row)
    history.judge()
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
