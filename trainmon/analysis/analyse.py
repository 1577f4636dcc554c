"""What a run says of a training: one value that every page, report and command takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from trainmon import wording
from trainmon.analysis.figures import (
    Best,
    Figures,
    Smoothed,
    best_point,
    checkpoints_of,
    lowest_train_loss,
    non_finite,
    series_figures,
    smoothed_end,
    whole_file_figures,
    with_saved_model,
)
from trainmon.analysis.forecast import passed, time_left
from trainmon.analysis.grading import Grade, grades_of
from trainmon.analysis.judging import diagnosis_of_stretch, final_loss, inputs_of, with_state
from trainmon.analysis.memory import Memory, memory_of
from trainmon.analysis.notices import notices_of
from trainmon.analysis.progress import Progress, progress
from trainmon.analysis.reward import Reward, reward_of
from trainmon.analysis.saved_models import SavedModels, saved_models
from trainmon.analysis.series import Stretch
from trainmon.analysis.state import State, state_at_last_row, state_of, state_of_earlier
from trainmon.analysis.timing import Timing, timing_of
from trainmon.analysis.tuning import Tuning, tuning_of
from trainmon.diagnosis.finding import Diagnosis
from trainmon.diagnosis.inputs import Inputs
from trainmon.errors import UnknownRunError
from trainmon.runs.first_rows import first_rows_of
from trainmon.runs.memo import Memo
from trainmon.runs.run import Attempt, Chain, Checkpoint, Run
from trainmon.stats.eta import Eta
from trainmon.stats.extrapolation import Extrapolation
from trainmon.stats.improvement import Improvement, improvement

Which = Literal["judged", "newest"] | int


@dataclass(frozen=True, eq=False)
class Analysis:
    """A run as it is at `now`, seen through one stretch of it (the judged chain where no other was asked for).

    `state` is that of the stretch's training, `run_state` that of the newest in the run. With `until` it is the run as it was
    when that row was logged, unless nothing came after it and the run is over.
    `stretch` is None where the run has no rows. `whole_train` and `whole_eval` are over the whole file. `improvement` is
    between two rows, `smoothed` without the noise of the last. `checkpoints` are the saved models of the stretch, `saved` what
    they are worth. `tuning` is which reinforcement or preference tuning it is, None for another training, and
    `reward` what became of what counts there. `final_loss` is where the train loss will
    end, from half of the run on. `notices` are sentences that belong beside every figure (another chain is newer, the loss
    column was never filled).
    """

    run: Run
    now: float
    until: int | None
    stretch: Stretch | None
    chain: Chain | None
    attempt: int | None
    state: State
    run_state: State
    progress: Progress
    eta: Eta | None
    timing: Timing
    train: Figures | None
    eval: Figures | None
    whole_train: Figures | None
    whole_eval: Figures | None
    improvement: Improvement | None
    smoothed: Smoothed | None
    best: Best | None
    raw_best: Best | None
    checkpoints: tuple[Checkpoint, ...]
    saved: SavedModels | None
    memory: Memory | None
    learning_rate: float | None
    total_samples: int | None
    tuning: Tuning | None
    reward: Reward | None
    grades: tuple[Grade, ...]
    diagnosis: Diagnosis
    final_loss: Extrapolation | None
    non_finite: int
    notices: tuple[str, ...]

    @property
    def moment(self) -> float:
        """The moment that all of it is about: `now`, in a look at the past that of the last row where it has a time."""
        last_row = self.timing.last_row if self.state.place else None
        return self.now if last_row is None else last_row


def analyse(
    run: Run,
    *,
    now: float,
    until: int | None = None,
    which: Which = "judged",
    attempt: int | None = None,
    memo: Memo | None = None,
) -> Analysis:
    """Return what `run` says at `now` (seconds since 1970), by its first `until` rows where given.

    The stretch is the judged chain, the newest one, the chain of a given number, or one attempt alone. With the run's `memo`
    (`Library.memo_of`) all that does not depend on the time of day is worked out once for each revision of the run. Raises
    UnknownRunError for a chain or an attempt that the run has not.
    """
    seen = _first_rows(run, until, memo if memo is not None else Memo())
    measured = _remembered(seen, which, attempt)
    of_newest = measured.analysis.chain is seen.run.newest_chain
    newest = measured if of_newest else _remembered(seen, "newest", None)
    state = state_of(seen.run, now, newest.analysis.progress, seen.memo)
    if until is not None and (seen.run is not run or not state.over):
        state = state_at_last_row(seen.run, newest.analysis.progress)
    return _at_moment(measured, now, until, state)


@dataclass(frozen=True, eq=False)
class _Seen:
    """A run as far as it is looked at, and its memo."""

    run: Run
    memo: Memo


@dataclass(frozen=True, eq=False)
class _Measured:
    """Everything that does not depend on the time of day, and what the checks looked at."""

    analysis: Analysis
    inputs: Inputs


def _first_rows(run: Run, until: int | None, memo: Memo) -> _Seen:
    if until is None:
        return _Seen(run, memo)
    return memo.once(_Seen, lambda: _Seen(first_rows_of(run, until), Memo(memo.growing)), until)


def _remembered(seen: _Seen, which: Which, attempt: int | None) -> _Measured:
    if which == "newest" and seen.run.newest_chain is seen.run.judged_chain:
        which = "judged"
    return seen.memo.once(_Measured, lambda: _measure(seen, which, attempt), which, attempt)


def _at_moment(measured: _Measured, now: float, until: int | None, newest: State) -> Analysis:
    """Return the analysis with what the time of day and the state add; both are about the newest chain."""
    found, state = measured.analysis, newest
    earlier = found.chain if found.chain is not found.run.newest_chain else None
    if earlier is not None:
        state = replace(state_of_earlier(found.run, earlier, now), place=newest.place)
    seen = replace(found, now=now, until=until, state=state, run_state=newest, memory=_as_told(found.memory, state))
    if earlier is not None or found.stretch is None:
        return replace(seen, eta=None)
    judged = with_state(found.diagnosis, found.stretch, measured.inputs, state, found.progress)
    last_sign = found.timing.last_row if found.timing.last_row is not None else found.run.observation.grew_at
    left = passed(found.eta, last_sign, seen.moment) if state.word in ("running", "silent") else None
    return replace(seen, diagnosis=judged, eta=left)


def _as_told(memory: Memory | None, state: State) -> Memory | None:
    """Return the memory without what counts from the last row as if that were now, in a look at the past."""
    return replace(memory, seconds_left=None) if memory is not None and state.place else memory


def _measure(seen: _Seen, which: Which, attempt: int | None) -> _Measured:
    """Return everything that does not depend on the time of day; `eta` counts from the last row."""
    run = seen.run
    stretch, chain = _stretch(seen, which, attempt)
    train = series_figures(stretch.by_role("train_loss")) if stretch else None
    evaluation = series_figures(stretch.by_role("eval_loss")) if stretch else None
    covers = stretch is not None and len(stretch.line) == run.rows.count  # no row is superseded or in another chain
    timing = timing_of(stretch, chain) if stretch else Timing()
    how_far = progress(stretch) if stretch else Progress()
    saved = checkpoints_of(stretch) if stretch else ()
    worth = saved_models(stretch, saved) if stretch else None
    nearest = worth.best.checkpoint if worth and worth.best and worth.best.percent_above <= 0 else None
    rate = series_figures(stretch.by_role("learning_rate")) if stretch else None
    samples = run.summary.get("total_samples_processed") if chain is run.newest_chain else None
    reward = reward_of(stretch) if stretch else None
    memory = memory_of(stretch, how_far, timing.steps_per_second) if stretch else None
    inputs = inputs_of(stretch, how_far, worth, memory) if stretch else Inputs()
    judged = diagnosis_of_stretch(stretch, inputs) if stretch else Diagnosis("nothing_to_judge")
    analysis = Analysis(
        run=run,
        now=np.nan,
        until=None,
        stretch=stretch,
        chain=chain,
        attempt=attempt,
        state=State("not started", ""),
        run_state=State("not started", ""),
        progress=how_far,
        eta=time_left(stretch, how_far) if stretch else None,
        timing=timing,
        train=train,
        eval=evaluation,
        whole_train=train if covers else whole_file_figures(run, "train_loss"),
        whole_eval=evaluation if covers else whole_file_figures(run, "eval_loss"),
        improvement=improvement(train.first, train.final) if train and not train.never_filled else None,
        smoothed=smoothed_end(stretch.by_role("train_loss"), train) if stretch else None,
        best=with_saved_model(best_point(stretch, train, evaluation), saved, nearest) if stretch else None,
        raw_best=with_saved_model(lowest_train_loss(stretch, train), saved) if stretch else None,
        checkpoints=saved,
        saved=worth,
        memory=memory,
        learning_rate=rate.final if rate else None,
        total_samples=samples if isinstance(samples, int) else None,
        tuning=tuning_of(stretch) if stretch else None,
        reward=reward,
        grades=grades_of(stretch, train, evaluation, timing, memory, reward) if stretch else (),
        diagnosis=judged,
        final_loss=final_loss(inputs, judged, how_far),
        non_finite=non_finite(run.rows.column("train_loss")) + non_finite(run.rows.column("eval_loss")),
        notices=notices_of(run, stretch, chain, train, judged),
    )
    return _Measured(analysis, inputs)


def _stretch(seen: _Seen, which: Which, attempt: int | None) -> tuple[Stretch | None, Chain | None]:
    run = seen.run
    if attempt is not None:
        found = next((one for one in run.attempts if one.number == attempt), None)
        if found is None:
            raise UnknownRunError(f"Run {run.id!r} has no attempt {attempt}; it has {len(run.attempts)}.")
        line = np.arange(found.start, found.stop)
        chain = run.chains[found.chain - 1]
        return Stretch(run, _label(run, (found,)), (found,), line, line[:0], seen.memo), chain
    if not run.chains:
        return None, None
    picked = _chain(run, which)
    return Stretch(run, _label(run, picked.attempts), picked.attempts, picked.line, picked.ghosts, seen.memo), picked


def _chain(run: Run, which: Which) -> Chain:
    if isinstance(which, int):
        if not 1 <= which <= len(run.chains):
            raise UnknownRunError(f"Run {run.id!r} has no chain {which}; it has {len(run.chains)}.")
        return run.chains[which - 1]
    chain = run.newest_chain if which == "newest" else run.judged_chain
    assert chain is not None  # a run with rows has chains
    return chain


def _label(run: Run, attempts: Sequence[Attempt]) -> str:
    return wording.attempts_label(attempts[0].number, attempts[-1].number, len(run.attempts))
