"""The saved models of a stretch: the best of them and what it costs to use it, how many, and how often they were saved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trainmon.analysis.series import Series, Stretch
from trainmon.analysis.tuning import tuning_of
from trainmon.runs.counted import Counted
from trainmon.runs.run import Checkpoint, Role
from trainmon.stats.arrays import Floats
from trainmon.stats.smoothing import running_median

IN_STEPS = ("save_steps", "steps_per_save", "checkpointing_steps")  # the rhythm of saving, as configurations name it
IN_ANY_UNIT = "save_every"  # steps or epochs
FEWEST_FOR_RHYTHM = 3  # saved models: two have one gap, and that says nothing
MOST_GAP = 1.5  # times the shortest gap: where one is wider, models are saved without a rhythm
NEAR = 0.5  # of the usual gap: so far a saved model may lie from the value that speaks for it
SMOOTH_WINDOW = 9  # of the train loss, where there is no validation: one batch does not make a model good


@dataclass(frozen=True)
class SavedModel:
    """A saved model with the loss at its step, and by how many percent that is above the best of the run."""

    checkpoint: Checkpoint
    step: int | None
    value: float
    percent_above: float


@dataclass(frozen=True)
class LostModel:
    """The best point of a run whose model is not there though it lay on the rhythm of saving."""

    metric: str
    value: float
    row: int


@dataclass(frozen=True)
class SavedModels:
    """`best` is the best of `count` saved models, `newest` the last one, `usual_gap` the steps after which the next is saved.

    `best_value` is the loss at the best point of the run, `best_step` its step; `metric` says by what this was judged. Where the
    log counts epochs or rows alone (`counted`), they stand where steps do. `newest_place` is where the furthest of them stands,
    NaN where their names do not tell. `configured` says that the configuration gives the usual gap, `regular` that all gaps are
    like it.
    """

    count: int
    newest: Checkpoint
    usual_gap: float | None
    best: SavedModel | None = None
    metric: str = ""
    best_value: float = float("nan")
    best_step: int | None = None
    lost: LostModel | None = None
    counted: Counted = "step"
    newest_place: float = float("nan")
    configured: bool = False
    regular: bool = False


def saved_models(stretch: Stretch, checkpoints: Sequence[Checkpoint]) -> SavedModels | None:
    """Return what the saved models of a stretch (oldest first) are worth, None where there are none.

    Where answers or episodes are rewarded, no loss tells which of them is the best.
    """
    if not checkpoints:
        return None
    steps = places_of(stretch, checkpoints)
    known = np.unique(steps[np.isfinite(steps)])
    gaps = np.diff(known)
    gap, usual = float(np.median(gaps)) if len(gaps) else None, _rhythm(stretch, gaps)
    place, given = float(known[-1]) if len(known) else float("nan"), _given(stretch, gaps) is not None
    whole = SavedModels(
        len(checkpoints), checkpoints[-1], usual, counted=stretch.counted, newest_place=place, configured=given,
        regular=_are_regular(gaps),
    )  # fmt: skip
    tuned = tuning_of(stretch)
    judged = _judged_by(stretch) if tuned is None or tuned.preferences else None
    if judged is None:
        return whole
    series, values = judged
    at = int(np.nanargmin(values))
    best_value = float(values[at])
    best = _best(series, values, checkpoints, steps, gap)
    lost = None
    if not any(each.best for each in checkpoints) and _was_saved(float(series.x("step")[at]), known, usual):
        lost = LostModel(series.metric, best_value, int(series.rows[at]))
    return replace(whole, best=best, metric=series.metric, best_value=best_value, best_step=_step(series, at), lost=lost)


def _rhythm(stretch: Stretch, gaps: Floats) -> float | None:
    """Return after how many steps a model is saved: as configured, else by the gaps; None where neither tells."""
    observed = float(np.median(_whole(gaps))) if len(gaps) > 1 else None
    return _given(stretch, gaps) or observed


def _whole(gaps: Floats) -> Floats:
    """Return the gaps without a last one that is shorter than the others: the end of a training is saved whenever it comes."""
    return gaps[:-1] if len(gaps) > 1 and gaps[-1] < gaps[:-1].min() else gaps


def _are_regular(gaps: Floats) -> bool:
    whole = _whole(gaps)
    return len(whole) > 1 and bool(whole.max() <= MOST_GAP * whole.min())


def _given(stretch: Stretch, gaps: Floats) -> float | None:
    """Return the gap in steps that the configuration gives, None where it gives none or the log counts no steps."""
    return _configured(stretch.config, gaps) if stretch.counted == "step" else None


def _configured(config: Mapping[str, Any], gaps: Floats) -> float | None:
    """Return the number of steps that a configuration gives; `save_every` may count epochs: all gaps are wider then."""
    keys = IN_STEPS if config.get("save_strategy", "steps") == "steps" else ()  # else a default without use
    found = [config[key] for key in keys if _is_count(config.get(key))]
    if _is_count(every := config.get(IN_ANY_UNIT)) and len(gaps) and gaps.min() <= every:
        found.append(every)
    return float(found[0]) if found else None


def _is_count(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < math.inf


def _judged_by(stretch: Stretch) -> tuple[Series, Floats] | None:
    """Return the series that says which model is best, and its values: two validations, else the smoothed train loss."""
    roles: tuple[Role, ...] = ("eval_loss", "train_loss")
    for role in roles:
        series = stretch.by_role(role)
        if series is None or np.isfinite(series.values).sum() < 2:
            continue
        finite = np.where(np.isfinite(series.values), series.values, np.nan)
        values = finite if role == "eval_loss" else np.where(np.isfinite(finite), running_median(finite, SMOOTH_WINDOW), np.nan)
        if values[np.isfinite(values)].any():  # never filled: all 0
            return series, values
    return None


def places_of(stretch: Stretch, checkpoints: Sequence[Checkpoint]) -> Floats:
    """Return where each saved model stands, NaN where its name does not give it or no row was logged there.

    That is its global step, its epoch where the training counts epochs alone. The numbers of rows are in no name.
    """
    rows, line = stretch.run.rows, stretch.line
    if stretch.counted != "step":
        epochs = [saved.epoch if stretch.counted == "epoch" else None for saved in checkpoints]
        return np.array([np.nan if epoch is None else epoch for epoch in epochs], dtype=np.float64)
    step, epoch, along = rows.values("step")[line], rows.values("epoch")[line], stretch.run.global_step[line]
    return np.array([_global_step(saved, step, epoch, along) for saved in checkpoints], dtype=np.float64)


def _global_step(saved: Checkpoint, step: Floats, epoch: Floats, along: Floats) -> float:
    if saved.step is None:
        return float("nan")
    if saved.epoch is None:
        return float(saved.step)
    offsets = (along - step)[(epoch == saved.epoch) & np.isfinite(along - step)]
    return float(saved.step + offsets[-1]) if len(offsets) else float("nan")


def _best(
    series: Series, values: Floats, checkpoints: Sequence[Checkpoint], steps: Floats, gap: float | None
) -> SavedModel | None:
    """Return the saved model whose nearest value is lowest; a value further off than half the gap says nothing of it."""
    places, found = series.x("step"), []
    usable = np.isfinite(values) & np.isfinite(places)
    if not usable.any():
        return None
    places, values = places[usable], values[usable]
    lowest = float(values.min())
    for saved, step in zip(checkpoints, steps, strict=True):
        if not np.isfinite(step):
            continue
        near = int(np.argmin(np.abs(places - step)))
        if abs(places[near] - step) <= NEAR * (gap or step):
            above = 100 * (float(values[near]) - lowest) / abs(lowest) if lowest else 0.0
            place = saved.epoch if series.stretch.counted == "epoch" else saved.step
            found.append(SavedModel(saved, place, float(values[near]), above))
    return min(found, key=lambda each: each.value, default=None)


def _step(series: Series, at: int) -> int | None:
    """Return the step of a point as it was logged, its global step where its row has none (an epoch row), else its epoch."""
    for steps in (series.step, series.x("step")):
        if np.isfinite(steps[at]):
            return round(float(steps[at]))
    return None


def _was_saved(step: float, known: Floats, gap: float | None) -> bool:
    """Return whether a step lies on the rhythm of the saved models, and none of them is there."""
    if gap is None or len(known) < FEWEST_FOR_RHYTHM or not np.isfinite(step) or not gap > 0:
        return False
    off = (step - known[0]) % gap
    return bool(min(off, gap - off) < 0.01 * gap and np.abs(known - step).min() > NEAR * gap)
