"""What the evidence allows to say about whether a training runs, and that evidence in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from trainmon import wording
from trainmon.analysis.progress import Progress
from trainmon.runs.memo import Memo
from trainmon.runs.run import Run
from trainmon.stats.extremes import last_finite
from trainmon.stats.throughput import gap_percentile, usual_gap

StateWord = Literal["not started", "running", "silent", "interrupted", "failed", "finished", "ended"]

LEAST_SILENCE = 60.0  # seconds: below this a pause is never called silence
SILENCE_GAPS = 10.0  # times the 95th percentile of the gaps between rows: evaluations and checkpoints are pauses too
DAY = 86_400.0
SUMMARY_TOLERANCE = 1.0  # seconds: the summary is written right after the last row, its clock read a moment before


@dataclass(frozen=True)
class State:
    """What the evidence allows to say of the training, and that evidence in one sentence.

    `age` are the seconds since the newest sign of life where the evidence counts them: they grow while it is read.
    """

    word: StateWord
    evidence: str
    age: float | None = field(default=None, compare=False)

    @property
    def over(self) -> bool:
        """True where the training goes on no more."""
        return self.word in ("finished", "failed", "interrupted", "ended")


@dataclass(frozen=True)
class _Rhythm:
    """Seconds: the usual gap between rows (NaN = not known), and after how many without a sign of life it is silence."""

    usual_gap: float
    silence: float


def state_of(run: Run, now: float, progress: Progress, memo: Memo, *, cut_off: bool = False) -> State:
    """Return the state at `now`; `memo` is the run's, and `cut_off` says that the run has later rows which are not looked at."""
    if not run.rows.count:
        return _without_rows(run, now)
    last_row = last_finite(run.rows.time)
    if cut_off:
        return State("running", wording.cut_off(run.rows.count, last_row, now))
    return _recorded(run, now) or _observed(run, now, last_row, memo) or _by_files(run, now, last_row, progress, memo)


def _rhythm(run: Run) -> _Rhythm:
    """Return how often the last attempt logs, and when it is called silent: by its own rhythm, after a minute at least."""
    session = run.rows.time[run.attempts[-1].start : run.attempts[-1].stop]
    late = gap_percentile(session, 95)
    silence = max(LEAST_SILENCE, SILENCE_GAPS * late) if np.isfinite(late) else LEAST_SILENCE
    return _Rhythm(usual_gap(session), silence)


def _without_rows(run: Run, now: float) -> State:
    recorded = _recorded(run, now)
    return recorded or State("not started", "no row has been logged yet")


def _recorded(run: Run, now: float) -> State | None:
    record = run.attempts[-1].record if run.attempts else None
    if record is None or record.end is None:
        return None
    return State(record.end, wording.recorded_end(record.end, record.ended, record.reason, now))


def _observed(run: Run, now: float, last_row: float | None, memo: Memo) -> State | None:
    record = run.attempts[-1].record if run.attempts else None
    if record is None or run.observation.process_alive is None:
        return None
    if not run.observation.process_alive:
        return State("interrupted", wording.process_gone(record.pid, last_row, now))
    age = _age(run, now, last_row)
    rhythm = memo.once(_Rhythm, lambda: _rhythm(run))
    word: StateWord = "silent" if age is not None and age > rhythm.silence else "running"
    return State(word, wording.process_alive(record.pid, age, rhythm.usual_gap), age)


def _by_files(run: Run, now: float, last_row: float | None, progress: Progress, memo: Memo) -> State:
    if progress.fraction is not None and progress.fraction >= 1:
        return State("finished", wording.plan_reached(progress.total_steps, progress.total_epochs, last_row, now))
    if run.summary_time is not None and last_row is not None and run.summary_time >= last_row - SUMMARY_TOLERANCE:
        return State("finished", wording.summary_written(run.summary_time, now))
    age = _age(run, now, last_row)
    if age is None:
        return State("ended", "the rows carry no usable time, and the files have not grown since they were first looked at")
    rhythm = memo.once(_Rhythm, lambda: _rhythm(run))
    evidence = wording.last_sign(age, rhythm.usual_gap)
    if age <= rhythm.silence:
        return State("running", evidence, age)
    return State("silent", evidence, age) if age <= DAY else State("ended", f"{evidence}; how it ended is not known")


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
