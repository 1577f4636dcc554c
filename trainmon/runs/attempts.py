"""Cuts the rows of a file into attempts, joins attempts to chains, and gives every row its global step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import numpy as np

from trainmon.files.format import PHASES
from trainmon.files.restart_rule import Mark, Position, is_later, is_restart, row_position
from trainmon.runs.run import EPOCH, EVAL, TRAIN, Attempt, AttemptRecord, Chain, Role, Rows
from trainmon.stats.arrays import Floats, Indices, Mask
from trainmon.stats.throughput import usual_interval

_POSITION: tuple[Role, Role] = ("epoch", "step")
MOST_ATTEMPTS = 1_000  # nobody starts a training more often: a log that goes back as often has its rows in no order
# An "elapsed" that falls this often is the time of one step, not time since the start.
MAX_ELAPSED_FALLS, MAX_ELAPSED_FALL_SHARE = 3, 0.05


@dataclass(frozen=True)
class _Track:
    """The rows of one kind, comparable with each other: indices into the file's rows, their positions and times."""

    phase: str
    rows: Indices
    epoch: Floats
    step: Floats
    elapsed: Floats
    time: Floats

    def mark(self, at: int) -> Mark:
        """Return what the row at a place of this track is compared by."""
        step, elapsed, time = (_or_none(values[at]) for values in (self.step, self.elapsed, self.time))
        return Mark(float(self.epoch[at]), step, elapsed, time)


def find_attempts(rows: Rows, records: Sequence[AttemptRecord] = ()) -> tuple[tuple[Attempt, ...], tuple[Chain, ...]]:
    """Return the attempts and the chains that `rows` fall into; `records` settle the rows from their first one on."""
    if rows.count == 0:
        return (), ()
    known = {record.first_row: record for record in records if 0 <= record.first_row < rows.count}
    settled_from = min(known, default=rows.count)
    starts = [start for start in [0, *_cuts(rows)] if start < settled_from] + sorted(known)
    stops = [*starts[1:], rows.count]
    attempts: list[Attempt] = []
    first: Attempt | None = None  # of the chain
    for number, (start, stop) in enumerate(zip(starts, stops, strict=True), 1):
        record = known.get(start)
        resumed = first is not None and _resumes(rows, start, first, record)
        chain = attempts[-1].chain + (not resumed) if attempts else 1
        attempts.append(Attempt(number, start, stop, chain, resumed, record))
        first = first if resumed else attempts[-1]
    return tuple(attempts), _chains(rows, attempts)


def global_steps(rows: Rows, chains: Sequence[Chain]) -> Floats:
    """Return each row's global step, [rows], NaN where no step was logged before it in its chain.

    Where the step starts again, the offset grows by the last step before (plus the logging interval where it starts
    at 0); a resumed attempt takes the offset that its first epoch had before.
    """
    result = np.full(rows.count, np.nan)
    step = rows.values("step")
    for chain in chains:
        known = _Offsets()
        for attempt in chain.attempts:
            span = slice(attempt.start, attempt.stop)
            offset = _offset_rows(rows, attempt, known)
            result[span] = np.where(rows.phase[span] == EPOCH, np.nan, step[span] + offset)
        line = chain.line
        result[line] = _carried(result[line])
        result[chain.ghosts] = _carried(result[chain.ghosts])
    return result


def _track(rows: Rows, phase: int, name: str) -> _Track:
    epoch, step, elapsed = rows.values("epoch"), rows.values("step"), rows.values("elapsed")
    if not np.isfinite(epoch).any():
        epoch = np.zeros(rows.count)
    usable = (rows.phase == phase) & np.isfinite(epoch)
    if name == "train":
        usable &= np.isfinite(step)
    at = np.flatnonzero(usable)
    return _Track(name, at, epoch[at], step[at], elapsed[at], rows.time[at])


def _cuts(rows: Rows) -> list[int]:
    """Return the rows at which an attempt begins, by the positions and times of the rows alone."""
    tracks = [_track(rows, TRAIN, "train"), _track(rows, EPOCH, "epoch")]
    if not any(len(track.rows) for track in tracks):
        tracks = [_track(rows, EVAL, "train")]
    cuts: list[int] = []
    for before, at in sorted((pair for track in tracks for pair in _restarts(track)), key=lambda pair: pair[1]):
        # A row is only compared with one of the same attempt.
        if not cuts or before >= cuts[-1]:
            cuts.append(_with_first_evals(rows, at))
    return cuts if len(cuts) < MOST_ATTEMPTS else []


def _restarts(track: _Track) -> list[tuple[int, int]]:
    """Return the pairs of consecutive rows, as indices into the file's rows, between which the training started again."""
    same = np.diff(track.epoch) == 0
    back = same & (np.diff(track.step) < 0)
    fell = same & (np.diff(track.elapsed) < 0)
    if (fell & ~back).sum() > max(MAX_ELAPSED_FALLS, MAX_ELAPSED_FALL_SHARE * len(same)):
        track, fell = replace(track, elapsed=np.full(len(track.rows), np.nan)), np.zeros_like(fell)
    if _are_epochs(track, back):
        back = np.zeros_like(back)
    suspects = np.flatnonzero((np.diff(track.epoch) < 0) | back | fell)
    found = [at for at in suspects.tolist() if is_restart(track.phase, track.mark(at), track.mark(at + 1))]
    return [(int(track.rows[at]), int(track.rows[at + 1])) for at in found]


def _are_epochs(track: _Track, back: Mask) -> bool:
    """True where the steps count inside epochs nobody numbered: one constant epoch, and stretches of equal length and start."""
    if (track.elapsed > 0).any() or (track.epoch != track.epoch[:1]).any() or not back.any():
        return False
    starts = np.concatenate([[0], np.flatnonzero(back) + 1])
    lengths = np.diff(np.append(starts, len(track.rows)))
    whole, last = lengths[:-1], lengths[-1]
    if np.ptp(track.step[starts]) > usual_interval(track.step, 1.0):  # a training that was taken up begins where it was saved
        return False
    return bool((whole == whole[0]).all() and (last == whole[0] or (len(whole) > 1 and last < whole[0])))


def _or_none(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)


def _with_first_evals(rows: Rows, cut: int) -> int:
    """Move a cut before the eval rows that directly precede it and stand at a position before the rows above them."""
    epoch, step = rows.values("epoch"), rows.values("step")
    start = cut
    while start > 1 and rows.phase[start - 1] == EVAL:
        start -= 1
    above = start - 1
    for row in range(start, cut):
        if (epoch[row], step[row]) < (epoch[above], step[above]):
            return row
    return cut


def _position(rows: Rows, attempt_start: int) -> Position:
    """Return where an attempt begins: (epoch, step) of its first row, the step -inf for an epoch row."""
    epoch, step = (_or_none(rows.values(role)[attempt_start]) for role in _POSITION)
    return row_position(PHASES[rows.phase[attempt_start]], epoch, step)


def _resumes(rows: Rows, start: int, chain_first: Attempt, record: AttemptRecord | None) -> bool:
    if record is not None:
        return record.resumed
    return is_later(_position(rows, start), _position(rows, chain_first.start))


def _chains(rows: Rows, attempts: Sequence[Attempt]) -> tuple[Chain, ...]:
    chains = []
    for number, together in groupby(attempts, key=lambda attempt: attempt.chain):
        members = tuple(together)
        line = np.arange(members[0].start, members[0].stop)
        ghosts = [np.zeros(0, dtype=np.int64)]
        for attempt in members[1:]:
            kept = _superseded_from(rows, line, attempt)
            ghosts.append(line[kept:])
            line = np.concatenate([line[:kept], np.arange(attempt.start, attempt.stop)])
        chains.append(Chain(number, members, line, np.sort(np.concatenate(ghosts))))
    return tuple(chains)


def _superseded_from(rows: Rows, line: Indices, attempt: Attempt) -> int:
    """Return the place in `line` of the first row that stands at or after the position at which `attempt` begins."""
    position = _position(rows, attempt.start)
    epoch = np.nan_to_num(rows.values("epoch")[line])
    if np.isinf(position[1]):
        later = epoch >= position[0]
    else:
        step = np.nan_to_num(rows.values("step")[line])
        later = (rows.phase[line] == TRAIN) & ((epoch > position[0]) | ((epoch == position[0]) & (step >= position[1])))
        later |= (rows.phase[line] != TRAIN) & (epoch > position[0])
    return int(np.argmax(later)) if later.any() else len(line)


@dataclass
class _Offsets:
    """What a chain's attempts so far tell of its global steps: the offset of each epoch, and how far they came."""

    by_epoch: dict[float, float] = field(default_factory=dict)
    last_epoch: float = -np.inf
    last_step: float = -np.inf

    def at(self, epoch: float, step: float, interval: float) -> float:
        """Return the offset of an attempt that begins at (`epoch`, `step`)."""
        earlier = [seen for seen in self.by_epoch if seen <= epoch]
        if not earlier:
            return 0.0
        offset = self.by_epoch[max(earlier)]
        beyond = epoch > self.last_epoch and step <= self.last_step
        return offset + _growth(self.last_step, step, interval) if beyond else offset


def _growth(last_step: Any, step: Any, interval: float) -> Any:
    """Return by how much the offset grows where `step` starts again after `last_step`."""
    return last_step + np.where(np.asarray(step) == 0, interval, 0.0)


def _offset_rows(rows: Rows, attempt: Attempt, known: _Offsets) -> Floats:
    """Return what to add to each row's step, [rows of the attempt]; `known` learns from them."""
    span = slice(attempt.start, attempt.stop)
    step, epoch = rows.values("step")[span], np.nan_to_num(rows.values("epoch")[span])
    usable = np.flatnonzero((rows.phase[span] == TRAIN) & np.isfinite(step))
    if not len(usable):
        usable = np.flatnonzero(np.isfinite(step))
    if not len(usable):
        return np.zeros(len(step))
    steps, epochs = step[usable], epoch[usable]
    ahead = np.diff(steps)
    restarts = np.flatnonzero((ahead < 0) | ((ahead == 0) & (np.diff(epochs) >= 1))) + 1
    interval = usual_interval(steps, 1.0)
    base = known.at(float(epochs[0]), float(steps[0]), interval)
    levels = base + np.concatenate([[0.0], np.cumsum(_growth(steps[restarts - 1], steps[restarts], interval))])
    firsts = np.concatenate([[0], restarts]).astype(np.int64)
    for first, level in zip(firsts, levels, strict=True):
        known.by_epoch.setdefault(float(epochs[first]), float(level))
    if epochs[-1] >= known.last_epoch:
        known.last_epoch, known.last_step = float(epochs[-1]), float(steps[-1])
    return levels[np.maximum(np.searchsorted(usable[firsts], np.arange(len(step)), side="right") - 1, 0)]


def _carried(steps: Floats) -> Floats:
    """Return `steps` with each gap filled by the value before it, and never going back."""
    filled = np.where(np.isnan(steps), -np.inf, steps)
    carried = np.maximum.accumulate(filled)
    return np.where(np.isinf(carried), np.nan, carried)
