"""First, final and best of a metric, and the point at which the model was best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from trainmon import wording
from trainmon.analysis.series import Series, Stretch
from trainmon.files.chain_sums import BEST_WEIGHT, BY_TRAIN, BY_VALIDATION, FEWEST_VALIDATIONS
from trainmon.runs.counted import Counted
from trainmon.runs.run import EPOCH, TRAIN, Checkpoint, Column, Run
from trainmon.stats.arrays import Floats, Indices
from trainmon.stats.extremes import extremes, last_finite, last_finite_values, never_filled
from trainmon.stats.improvement import Improvement, improvement
from trainmon.stats.robust import trimmed_mean
from trainmon.stats.smoothing import ema

FORGOTTEN = 100  # values: what was before them has less weight than a float can hold (0.6 ** 100)
FEWEST_AT_END, MOST_AT_END = 10, 1_000  # values: fewer follow every row up and down, more tell of what was long ago


@dataclass(frozen=True)
class Figures:
    """First, final and best of one metric over its finite values; steps as logged (None where a row has none).

    Where the log counts epochs or rows alone (`counted`), they stand where steps do. `best` is None for a loss that was never
    filled (0 on every row). Rows are indices into the run's rows.
    """

    metric: str
    count: int
    first: float
    final: float
    final_step: int | None
    final_global_step: int | None
    best: float | None
    best_step: int | None
    best_global_step: int | None
    best_row: int | None
    worst: float
    non_finite: int
    never_filled: bool
    counted: Counted = "step"

    @property
    def at_best(self) -> str:
        """Where the best value stands, in words."""
        return wording.at_place(self.best_step, self.best_global_step, self.counted)

    @property
    def at_final(self) -> str:
        """Where the final value stands, in words."""
        return wording.at_place(self.final_step, self.final_global_step, self.counted)


@dataclass(frozen=True)
class Best:
    """The point at which the model was best; `by` says in words how that was judged ("validation loss", ...)."""

    by: str
    value: float
    epoch: float | None
    step: int | None
    global_step: int | None
    row: int
    on_disk: Checkpoint | None = None
    counted: Counted = "step"

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return wording.position(self.epoch, self.step, self.global_step, self.counted)


@dataclass(frozen=True)
class Smoothed:
    """Where a loss stands at its end without the noise of single rows: the trimmed mean of its last finite `values`.

    `fall` is how far that is below the first value.
    """

    final: float
    values: int
    fall: Improvement


def figures(
    run: Run, metric: str, rows: Indices, values: Floats, counted: Counted, *, higher_is_better: bool = False
) -> Figures | None:
    """Return the figures of `metric` with `values` on `rows` of what counts such things, None where none of them is finite."""
    found = extremes(values, higher_is_better=higher_is_better)
    if found is None:
        return None
    empty = never_filled(values) and not higher_is_better  # a score of 0 throughout is a score
    final, best = int(rows[found.final_at]), int(rows[found.best_at])
    step = run.rows.values("epoch" if counted == "epoch" else "step")
    return Figures(
        metric=metric,
        count=found.count,
        first=found.first,
        final=found.final,
        final_step=whole(step[final]),
        final_global_step=whole(run.global_step[final]),
        best=None if empty else found.best,
        best_step=None if empty else whole(step[best]),
        best_global_step=None if empty else whole(run.global_step[best]),
        best_row=None if empty else best,
        worst=found.worst,
        non_finite=len(values) - found.count,
        never_filled=empty,
        counted=counted,
    )


def non_finite(column: Column | None) -> int:
    """Return how many logged cells of a column are nan or infinite."""
    return 0 if column is None else int((column.logged & ~column.finite).sum())


def best_point(stretch: Stretch, train: Figures | None, evaluation: Figures | None) -> Best | None:
    """Return the best point by validation where there are two of it, else by the smoothed train loss, else None."""
    if evaluation is not None and evaluation.count >= FEWEST_VALIDATIONS and evaluation.best_row is not None:
        return _at(stretch, BY_VALIDATION, evaluation.best or 0.0, evaluation.best_row)
    series = stretch.by_role("train_loss")
    if series is None or train is None or train.best is None:
        return None
    breaks, chunks = tuple(series.breaks.tolist()), stretch.memo.growing.chunks
    lowest = chunks("smoothed", (series.values,), lambda start, stop: _lowest_smoothed(series, start, stop), breaks)
    value, at = min((each for each in lowest if each is not None), default=(np.nan, 0))
    return _at(stretch, BY_TRAIN, value, int(series.rows[at]))


def _lowest_smoothed(series: Series, start: int, stop: int) -> tuple[float, int] | None:
    """Return the lowest value of the smoothed series from `start` to `stop`, and where it first is; None without a finite one."""
    before = max(0, start - FORGOTTEN)
    smooth = ema(series.values[before:stop], BEST_WEIGHT, series.breaks - before)[start - before :]
    finite = np.isfinite(smooth)
    at = int(np.argmin(np.where(finite, smooth, np.inf)))
    return (float(smooth[at]), start + at) if finite[at] else None


def smoothed_end(series: Series | None, found: Figures | None) -> Smoothed | None:
    """Return where a series with these figures ends, None for one that was never filled.

    The mean is of its last twentieth, of at least ten values where these are no more than a fifth of all.
    """
    if series is None or found is None or found.never_filled:
        return None
    values = max(1, min(MOST_AT_END, found.count // 5, max(FEWEST_AT_END, found.count // 20)))
    final = trimmed_mean(last_finite_values(series.values, values))
    return Smoothed(final, values, improvement(found.first, final))


def lowest_train_loss(stretch: Stretch, train: Figures | None) -> Best | None:
    """Return the row with the lowest train loss, as the guide has its best checkpoint."""
    if train is None or train.best is None or train.best_row is None:
        return None
    return _at(stretch, "lowest train loss, not smoothed", train.best, train.best_row)


def checkpoints_of(stretch: Stretch) -> tuple[Checkpoint, ...]:
    """Return the saved models that were written while the stretch was trained; without times, those of a run's only training."""
    run = stretch.run
    if not run.checkpoints:
        return ()
    times = stretch.on_line(run.rows.time)
    times = times[np.isfinite(times)]
    if not len(times):
        return run.checkpoints if len(run.attempts) == 1 else ()
    begin = float(times.min()) - max(1.0, float(np.nan_to_num(run.rows.values("elapsed")[stretch.line[0]])))
    later = [float(run.rows.time[a.start]) for a in run.attempts if a.start >= stretch.attempts[-1].stop]
    end = min((start for start in later if start == start), default=np.inf)
    return tuple(saved for saved in run.checkpoints if saved.written is not None and begin <= saved.written < end)


def with_saved_model(best: Best | None, saved: Sequence[Checkpoint], nearest: Checkpoint | None = None) -> Best | None:
    """Return `best` with the saved model of that very point, else with the `nearest` that stands for it, if any."""
    if best is None:
        return None
    if best.counted == "epoch":
        exact = [c for c in saved if c.epoch is not None and c.epoch == best.epoch]
    else:
        exact = [c for c in saved if c.step is not None and c.step in (best.step, best.global_step)]
        exact = [c for c in exact if c.epoch in (None, best.epoch)]
    return replace(best, on_disk=exact[-1] if exact else nearest)


def whole(value: float | np.floating) -> int | None:
    """Return a logged step as an integer, None where it is not finite."""
    return round(float(value)) if np.isfinite(value) else None


def series_figures(series: Series | None) -> Figures | None:
    """Return the figures of a series, None where it has no finite value."""
    if series is None:
        return None
    return figures(series.stretch.run, series.metric, series.rows, series.values, series.stretch.counted)


def whole_file_figures(run: Run, role: Literal["train_loss", "eval_loss"]) -> Figures | None:
    """Return the figures of a loss over all rows of a run, whichever chain they are of; None where it has no finite value."""
    column = run.rows.column(role)
    if column is None:
        return None
    rows = np.flatnonzero(column.logged)
    if role == "train_loss":
        phases = run.rows.phase[rows]
        rows = rows[phases == (TRAIN if (phases == TRAIN).any() else EPOCH)]
    return figures(run, column.name, rows, column.values[rows], run.rows.counted)


def _at(stretch: Stretch, by: str, value: float, row: int) -> Best:
    run = stretch.run
    epoch = float(run.rows.values("epoch")[row])
    before = stretch.on_line(run.rows.values("step"))[: np.searchsorted(stretch.line, row, side="right")]
    known = last_finite(before)
    step = None if known is None else whole(known)  # an epoch row stands at the step before it
    known_epoch = epoch if epoch == epoch else None
    return Best(by, value, known_epoch, step, whole(run.global_step[row]), row, counted=stretch.counted)
