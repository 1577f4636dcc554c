"""What a directory's CSV already holds: how many rows, its chains, and the figures of the newest one."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from trainmon.files.chain_sums import ChainSums
from trainmon.files.restart_rule import Position, RestartRule, is_later, is_superseded, row_position
from trainmon.tracking.written_rows import WrittenRow, fingerprint, read_rows


class Start(NamedTuple):
    """Where an attempt begins: its first row's index and its position."""

    row: int
    position: Position


class Standing(NamedTuple):
    """The figures of a file's newest chain, its number, which one readers judge (with its rows), and what was not written."""

    sums: ChainSums
    chain: int
    judged: int
    judged_rows: int
    rows_not_written: int = 0


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
            self._sums.restart()
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

    def standing(self) -> Standing:
        """Return where the newest chain stands."""
        return Standing(self.sums(), self.chains, self.judged, self.judged_rows)

    def state_after(self, more: int) -> dict[str, Any]:
        """Return as plain values what this will be once the newest chain has `more` rows, which `sums` has already."""
        from copy import copy  # not for the first row, which a training waits for

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
                sums.restart()
            if attempt >= dropped:
                later = range(len(begins), attempt, -1)
                dropped = next((n for n in later if is_superseded(row.phase, row.epoch, row.step, begins[n - 1])), dropped)
            if attempt >= dropped:
                sums.add(*row)
        if attempt + 1 < len(self.starts):  # the newest attempt has no row yet
            sums.restart()
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
