"""Attempts, chains and global steps of a log that grows: what is new is looked at, the rest taken over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from trainmon.runs.attempts import find_attempts, global_steps
from trainmon.runs.readers.columns import Growable
from trainmon.runs.run import EPOCH, TRAIN, Attempt, AttemptRecord, Chain, Role, Rows
from trainmon.stats.arrays import Floats, Indices

_COMPARED: tuple[Role, ...] = ("epoch", "step", "elapsed")


@dataclass(frozen=True, eq=False)
class Structure:
    """The attempts and chains that rows fall into, and the global step of each row, [rows]."""

    attempts: tuple[Attempt, ...]
    chains: tuple[Chain, ...]
    steps: Floats


@dataclass(frozen=True, eq=False)
class _Seen:
    """A log of one attempt in which nothing ever went back: all of its rows, and buffers that grow with them."""

    rows: Rows
    records: tuple[AttemptRecord, ...]
    attempt: Attempt
    steps: Growable
    line: Growable
    last: Indices  # the last train row and the last epoch row: what new rows are compared with


class Growth:
    """Finds the structure of one log again and again; where rows are appended and none goes back, it costs what is new."""

    def __init__(self) -> None:
        self._seen: _Seen | None = None

    def structure(self, rows: Rows, records: Sequence[AttemptRecord]) -> Structure:
        """Return what find_attempts and global_steps return for all rows."""
        seen, self._seen = self._seen, None
        if seen is not None and (found := _appended(seen, rows, tuple(records))) is not None:
            self._seen, structure = found
            return structure
        attempts, chains = find_attempts(rows, records)
        steps = global_steps(rows, chains)
        if len(attempts) == 1 and _is_plain(rows) and np.isfinite(steps[-1]):
            self._seen = _Seen(rows, tuple(records), attempts[0], _grown(steps), _grown(chains[0].line), _last(rows))
        return Structure(attempts, chains, steps)


def is_beginning(before: npt.NDArray[Any], now: npt.NDArray[Any]) -> bool:
    """Return whether `now` is `before` with values appended: views of one buffer that only grows, from the same place on."""
    same = before.base is not None and before.base is now.base and len(before) <= len(now)
    return same and before.ctypes.data == now.ctypes.data and before.strides == now.strides


def _appended(seen: _Seen, rows: Rows, records: tuple[AttemptRecord, ...]) -> tuple[_Seen, Structure] | None:
    """Return the structure with the appended rows, None where it has to be found anew."""
    old, count = seen.rows.count, rows.count
    if records != seen.records or any(old <= record.first_row < count for record in records) or not _same_log(seen.rows, rows):
        return None
    tail = _taken(rows, np.concatenate([seen.last, np.arange(old, count)]))
    if not _is_plain(tail):
        return None
    steps = np.where(rows.phase[old:] == EPOCH, np.nan, rows.values("step")[old:])
    carried = np.where(np.isnan(steps), -np.inf, steps)
    seen.steps.append(np.maximum.accumulate(np.concatenate([seen.steps.view()[-1:], carried]))[1:])
    seen.line.append(np.arange(old, count))
    attempt = replace(seen.attempt, stop=count)
    chain = Chain(attempt.chain, (attempt,), seen.line.view(), np.zeros(0, dtype=np.int64))
    last = np.concatenate([seen.last, _last(rows, old)])
    found = replace(seen, rows=rows, attempt=attempt, last=last[_last_of(rows.phase[last])])
    return found, Structure((attempt,), (chain,), seen.steps.view())


def _same_log(before: Rows, now: Rows) -> bool:
    if before.roles != now.roles or not is_beginning(before.time, now.time):
        return False
    pairs = [(before.column(role), now.column(role)) for role in _COMPARED]
    return all(a is b is None or (a and b and is_beginning(a.values, b.values)) for a, b in pairs)


def _is_plain(rows: Rows) -> bool:
    """Return whether train rows have steps, and neither they nor epoch rows ever go back in epoch, step or elapsed seconds."""
    epoch, step, elapsed = (rows.values(role) for role in _COMPARED)
    train = np.flatnonzero((rows.phase == TRAIN) & np.isfinite(step))
    numbered = np.isfinite(epoch)
    if not len(train) or np.isinf(step).any() or (numbered.any() and not numbered[train].all()):
        return False
    epochs = np.flatnonzero((rows.phase == EPOCH) & numbered)
    ahead, later = np.diff(step[train]), np.diff(np.nan_to_num(epoch[train])) >= 1
    back = (ahead < 0) | ((ahead == 0) & later)
    return not back.any() and not any((np.diff(values[at]) < 0).any() for values in (epoch, elapsed) for at in (train, epochs))


def _last(rows: Rows, start: int = 0) -> Indices:
    """Return the last train row with a step and the last epoch row from `start` on, those that there are, ascending."""
    step, epoch = rows.values("step")[start:], rows.values("epoch")[start:]
    train = np.flatnonzero((rows.phase[start:] == TRAIN) & np.isfinite(step))[-1:]
    epochs = np.flatnonzero((rows.phase[start:] == EPOCH) & np.isfinite(epoch))[-1:]
    return np.sort(np.concatenate([train, epochs])) + start


def _last_of(phase: npt.NDArray[np.int8]) -> Indices:
    """Return the places of the last of each phase, ascending."""
    return np.array(sorted({int(each): at for at, each in enumerate(phase)}.values()), dtype=np.int64)


def _taken(rows: Rows, at: Indices) -> Rows:
    columns = {name: column for role in _COMPARED if (name := rows.roles.get(role)) and (column := rows.columns.get(name))}
    taken = {name: replace(column, values=column.values[at], logged=column.logged[at]) for name, column in columns.items()}
    return replace(rows, count=len(at), time=rows.time[at], phase=rows.phase[at], columns=taken, texts={})


def _grown(values: npt.NDArray[Any]) -> Growable:
    buffer = Growable(values.dtype)
    buffer.append(values)
    return buffer
