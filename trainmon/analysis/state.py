"""What the evidence allows to say about whether a training runs, and that evidence in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import numpy as np

from trainmon import wording
from trainmon.analysis.progress import Progress
from trainmon.runs.counted import any_finite
from trainmon.runs.memo import Memo
from trainmon.runs.run import Chain, Run
from trainmon.stats.extremes import last_finite
from trainmon.stats.throughput import gap_percentile, usual_gap

StateWord = Literal["not started", "running", "silent", "interrupted", "failed", "finished", "ended"]

LEAST_SILENCE = 60.0  # seconds: below this a pause is never called silence
SILENCE_GAPS = 10.0  # times the 95th percentile of the gaps between rows: evaluations and checkpoints are pauses too
DAY = 86_400.0
UNKNOWN_SILENCE = 3_600.0  # seconds: where the rhythm of a log is not known, as an epoch may take as long
SUMMARY_TOLERANCE = 1.0  # seconds: the summary is written right after the last row, its clock read a moment before


@dataclass(frozen=True)
class State:
    """What the evidence allows to say of the training, and that evidence in one sentence.

    `age` are the seconds since the newest sign of life where the evidence counts them: they grow while it is read. `lasting`
    is the same sentence for what is read later: with moments where it counts the time since. `place` is how far the run
    was ("step 100") in a look at the past, "" in one at the present.
    """

    word: StateWord
    evidence: str
    age: float | None = field(default=None, compare=False)
    lasting: str = field(default="", compare=False)
    place: str = ""

    @property
    def label(self) -> str:
        """The word to show: in a look at the past, what the run did is not what it does."""
        return wording.as_of(self.place) if self.place else self.word

    @property
    def over(self) -> bool:
        """True where the training goes on no more."""
        return self.word in ("finished", "failed", "interrupted", "ended")


@dataclass(frozen=True)
class _Rhythm:
    """Seconds: the usual gap between rows (NaN = not known), and after how many without a sign of life it is silence."""

    usual_gap: float
    silence: float


def state_of(run: Run, now: float, progress: Progress, memo: Memo) -> State:
    """Return the state at `now`; `memo` is the run's."""
    if not run.rows.count:
        return _recorded(run, now) or _state("not started", lambda _: wording.NO_ROW_YET, now)
    last_row = last_finite(run.rows.time)
    return _recorded(run, now) or _observed(run, now, last_row, memo) or _by_files(run, now, last_row, progress, memo)


def state_of_earlier(run: Run, chain: Chain, now: float) -> State:
    """Return what became of a training after which another began in the same run: what is recorded of its end, if anything."""
    record = chain.attempts[-1].record
    if record is not None and record.end is not None:
        return _state(record.end, partial(wording.recorded_end, record.by, record.end, record.ended, record.reason), now)
    return _state("ended", lambda _: wording.another_began(float(run.rows.time[chain.stop])), now)


def state_at_last_row(run: Run, progress: Progress) -> State:
    """Return the state of a run when its last row was logged, whatever became of it since: it ran."""
    rows = run.rows.count
    said = wording.first_rows_only(rows, last_finite(run.rows.time))
    place = wording.place_in_run(progress.step, progress.global_step, progress.epoch, rows, progress.counted)
    return State("running" if rows else "not started", said, lasting=said, place=place)


def _state(word: StateWord, say: Callable[[float | None], str], now: float, age: float | None = None) -> State:
    """Return a state with its evidence in both forms; `say` gives it for a moment, and for none in words that stay true."""
    return State(word, say(now), age, say(None))


def _rhythm(run: Run) -> _Rhythm:
    """Return how often the last attempt logs, and when it is called silent: by its own rhythm, after a minute at least.

    Where its rows carry no times, the rhythm is that in which its files were seen to grow.
    """
    session = run.clock[run.attempts[-1].start : run.attempts[-1].stop]
    late = gap_percentile(session, 95)
    unknown = LEAST_SILENCE if any_finite(run.rows.time) else UNKNOWN_SILENCE
    return _Rhythm(usual_gap(session), max(LEAST_SILENCE, SILENCE_GAPS * late) if np.isfinite(late) else unknown)


def _recorded(run: Run, now: float) -> State | None:
    record = run.attempts[-1].record if run.attempts else None
    if record is None or record.end is None:
        return None
    return _state(record.end, partial(wording.recorded_end, record.by, record.end, record.ended, record.reason), now)


def _observed(run: Run, now: float, last_row: float | None, memo: Memo) -> State | None:
    record = run.attempts[-1].record if run.attempts else None
    if record is None or run.observation.process_alive is None:
        return None
    if not run.observation.process_alive:
        return _state("interrupted", partial(wording.process_gone, record.pid, last_row), now)
    age = _age(run, now, last_row)
    rhythm = memo.once(_Rhythm, lambda: _rhythm(run))
    word: StateWord = "silent" if age is not None and age > rhythm.silence else "running"
    seen = None if age is None else now - age
    return _state(word, partial(wording.process_alive, record.pid, seen, rhythm.usual_gap), now, age)


def _by_files(run: Run, now: float, last_row: float | None, progress: Progress, memo: Memo) -> State:
    if progress.fraction is not None and progress.fraction >= 1:
        return _state("finished", partial(wording.plan_reached, progress.total_steps, progress.total_epochs, last_row), now)
    if run.summary_time is not None and last_row is not None and run.summary_time >= last_row - SUMMARY_TOLERANCE:
        return _state("finished", partial(wording.summary_written, run.summary_time), now)
    age = _age(run, now, last_row)
    if age is None:
        return _state("ended", lambda _: wording.NO_USABLE_TIME, now)
    rhythm = memo.once(_Rhythm, lambda: _rhythm(run))
    say = partial(wording.last_sign, now - age, rhythm.usual_gap)
    if age > DAY:
        return _state("ended", lambda when: wording.end_unknown(say(when)), now)
    return _state("running" if age <= rhythm.silence else "silent", say, now, age)


def _age(run: Run, now: float, last_row: float | None) -> float | None:
    """Return the whole seconds since the newest sign of life, None without one; a row dated in the future is none."""
    signs = [run.observation.grew_at]
    if last_row is not None and last_row <= now + LEAST_SILENCE:
        signs.append(last_row)
    known = [sign for sign in signs if sign is not None]
    if not known:
        return None
    newest = max(known)
    if run.observation.awake_since is not None and now - newest <= DAY:
        newest = max(newest, run.observation.awake_since)
    return float(round(max(0.0, now - newest)))
