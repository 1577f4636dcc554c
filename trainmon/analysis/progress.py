"""How far a training is on its plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon import wording
from trainmon.analysis.epochs import epoch_numbers
from trainmon.analysis.figures import whole
from trainmon.analysis.series import Stretch, as_slice
from trainmon.files.format import SETTINGS_TOML
from trainmon.runs.counted import Counted
from trainmon.runs.run import EPOCH, TRAIN, Run
from trainmon.stats.arrays import Floats, Indices
from trainmon.stats.extremes import last_finite
from trainmon.stats.throughput import usual_interval

RECENT_ROWS = 50  # by which the rhythm of logging is known


@dataclass(frozen=True)
class Progress:
    """How far the training is: the last position as logged, and the fraction 0..1 of the plan (None without a plan).

    `epoch_count` counts from 1 ("epoch 3 of 3"); `why_unknown` says what would give a fraction where there is none. What is
    `counted` are steps, epochs alone, or rows, which stand where steps do then.
    """

    epoch: float | None = None
    step: int | None = None
    global_step: int | None = None
    epoch_count: int | None = None
    total_epochs: float | None = None
    total_steps: int | None = None
    fraction: float | None = None
    source: str = ""
    why_unknown: str = ""
    counted: Counted = "step"


@dataclass(frozen=True)
class _Epochs:
    """The epochs of a stretch: numbered from `base`, the highest and the newest, `finished` of them.

    `length` is in global steps, NaN where it is not known.
    """

    base: float
    last: float
    newest: float | None
    finished: int
    length: float


def progress(stretch: Stretch) -> Progress:
    """Return how far the stretch came on its run's plan."""
    run, line = stretch.run, stretch.line
    rows = run.rows
    of_train = stretch.on_line(rows.phase) == TRAIN
    train = line[of_train] if stretch.has_train_rows and not of_train.all() else line
    epoch, step = last_finite(stretch.on_line(rows.values("epoch"))), last_finite(rows.values("step")[as_slice(train)])
    at = last_finite(stretch.on_line(run.global_step))
    epochs = _epochs(stretch)
    total_steps, total_epochs = _totals(stretch, epochs)
    through = total_steps is not None and at is not None and _is_through(stretch, train, at, total_steps)
    fraction = 1.0 if through else _fraction(run, at, epochs, epoch, total_steps)
    return Progress(
        epoch=epoch,
        step=whole(step) if step is not None else None,
        global_step=whole(at) if at is not None else None,
        epoch_count=int(epochs.last - epochs.base) + 1 if epochs else None,
        total_epochs=total_epochs,
        total_steps=total_steps,
        fraction=fraction,
        source=run.plan.source,
        why_unknown="" if fraction is not None else _why_unknown(stretch, total_steps, total_epochs),
        counted=stretch.counted,
    )


def _why_unknown(stretch: Stretch, total_steps: int | None, total_epochs: float | None) -> str:
    """Return what would give a fraction."""
    run, counted = stretch.run, stretch.counted
    if not run.plan.source:
        return wording.no_plan(run.origin, counted, configured=bool(run.config))
    if counted != "step" and not total_steps and not total_epochs:
        return wording.plan_of_other_things(run.plan.source, counted)
    return wording.FIRST_EPOCH


def _epochs(stretch: Stretch) -> _Epochs | None:
    rows = stretch.run.rows
    epoch, numbers, phase = stretch.on_line(rows.values("epoch")), epoch_numbers(stretch), stretch.on_line(rows.phase)
    finite = np.isfinite(epoch)
    known = numbers if finite.all() else numbers[finite]
    if not len(known):
        return None
    last, base = float(known.max()), stretch.first_epoch
    closed = np.unique(numbers[(phase == EPOCH) & finite])
    if stretch.counted == "epoch" and len(closed):  # of which only every so many may be logged
        finished = int(closed[-1] - base) + 1
    else:
        finished = len(np.union1d(closed, _different(known[known < last])))
    return _Epochs(base, last, last_finite(numbers), finished, _epoch_length(stretch, epoch, finished))


def _different(values: Floats) -> Floats:
    """Return the different values, ascending; most of them follow their like."""
    if not len(values):
        return values
    return np.unique(values[np.append(True, values[1:] != values[:-1])])


def _epoch_length(stretch: Stretch, epoch: Floats, finished: int) -> float:
    """Return the global steps of an epoch: the median distance of their first steps, else the span of the only finished one."""
    if not finished:
        return np.nan
    train = (stretch.on_line(stretch.run.rows.phase) == TRAIN) & np.isfinite(epoch)
    steps, numbers = stretch.on_line(stretch.run.global_step)[train], epoch[train]
    if not len(steps) or (numbers != np.floor(numbers)).any():
        return np.nan
    firsts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1) > 0)
    passed, ahead = np.diff(steps[firsts]), np.diff(numbers[firsts])
    if (ahead > 0).any():  # an epoch may come again in an unordered log
        return float(np.median(passed[ahead > 0] / ahead[ahead > 0]))
    return float(steps[-1] - steps[0]) + usual_interval(steps, 1.0)


def _totals(stretch: Stretch, epochs: _Epochs | None) -> tuple[int | None, float | None]:
    plan = stretch.run.plan
    if stretch.counted == "epoch":
        return None, plan.total_epochs
    if stretch.counted == "row" and plan.source != SETTINGS_TOML and plan.total_steps is not None:
        return None, plan.total_epochs  # planned are steps, and what is logged are rows
    if plan.total_steps is None and plan.total_epochs is not None and epochs is not None and np.isfinite(epochs.length):
        return round(plan.total_epochs * epochs.length), plan.total_epochs
    return plan.total_steps, plan.total_epochs


def _is_through(stretch: Stretch, train: Indices, at: float, total: int) -> bool:
    """Return whether all planned steps are done at step `at`, by the rows that were logged of steps (`train`).

    The last of steps that count from 0 is one below the plan. Where logging is rarer than every step, a training that was
    recorded as finished is through where its next row would lie beyond the plan.
    """
    first, record = stretch.run.global_step[train[0]], stretch.attempts[-1].record
    interval = usual_interval(stretch.run.global_step[train[-RECENT_ROWS:]], 0.0)
    from_zero = first == 0 or (interval > 1 and (first + 1) % interval == 0)  # 9, 19, 29: the last of each ten
    left = total - at - from_zero
    if left <= 0 or record is None or record.end != "finished":
        return bool(left <= 0)
    return left < interval


def _fraction(run: Run, at: float | None, epochs: _Epochs | None, epoch: float | None, total_steps: int | None) -> float | None:
    total_epochs = run.plan.total_epochs
    if total_epochs is not None and epochs is not None and epochs.finished >= total_epochs:
        return 1.0
    if total_steps and at is not None:
        return float(min(1.0, max(0.0, at / total_steps)))
    if total_epochs is None or epochs is None or epoch is None:
        return None
    if epoch != epochs.newest:
        return float(min(1.0, epoch / total_epochs))
    return min(1.0, epochs.finished / total_epochs) if epochs.finished else None
