"""What is to be said of a stretch of a run: the checks on its rows, and what its state and its saved models add."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from trainmon.analysis.memory import Memory, memory_of
from trainmon.analysis.pace import paces_of
from trainmon.analysis.progress import Progress, progress
from trainmon.analysis.sampled import sampled_of
from trainmon.analysis.saved_models import SavedModels
from trainmon.analysis.schedule import schedule_of
from trainmon.analysis.series import Series, Stretch, as_slice
from trainmon.analysis.setup import setup_of
from trainmon.analysis.state import State
from trainmon.analysis.tuning import Recognised, Tuning, tuning_of
from trainmon.analysis.unsaved import unsaved_of
from trainmon.diagnosis.curve import Curve, curve
from trainmon.diagnosis.diagnose import at_the_end, diagnose, found_in_state, with_more
from trainmon.diagnosis.finding import Diagnosis, Evidence, Finding
from trainmon.diagnosis.inputs import EmptyTraining, Inputs, LostBest, Part, RunState
from trainmon.diagnosis.limits import Limits
from trainmon.diagnosis.settings import limits_from
from trainmon.runs.run import Role
from trainmon.stats.arrays import Floats, Indices
from trainmon.stats.extrapolation import Extrapolation, final_value
from trainmon.stats.extremes import last_finite
from trainmon.stats.smoothing import trailing_mean

# A loss that another network works against has no reason to fall.
ADVERSARIAL = re.compile(
    r"(^|[_/.])(g|d|gen|disc|generator|discriminator)[_/.]?(a|b|adv|gan|loss)$|loss_[gd]($|_)", re.IGNORECASE
)
SCORE = re.compile(r"acc|f1|map\b|map50|auc|bleu|chrf|rouge|iou|dice|recall|precision|r2$", re.IGNORECASE)
OF_VALIDATION = re.compile(r"val|eval|dev|test", re.IGNORECASE)
VALIDATED_EVERY = ("eval_steps", "steps_per_eval")  # Hugging Face, MLX-LM
LOSS = re.compile(r"loss", re.IGNORECASE)
SHAPELESS = ("diverging", "not_learning", "non_finite")  # a curve that goes on as it went says nothing then
DECAYED, STEADY = 0.05, 0.95  # of the highest learning rate: between them it is on its way down
SHARES: tuple[Part, ...] = ("unvaried", "cut_off", "accuracies")
MEAN_OF = 12  # rows: with one group of answers, or one pair, in each, a share is told by so many
MEMORY, PACE = "", " "  # the names of these curves: no metric has them


def diagnosis_of_stretch(stretch: Stretch, inputs: Inputs) -> Diagnosis:
    """Return everything that does not depend on the time of day; `inputs` are those of the stretch."""
    found = diagnose(inputs)
    return replace(found, findings=tuple(_located(each, stretch) for each in found.findings))


def with_state(diagnosis: Diagnosis, stretch: Stretch, inputs: Inputs, state: State, progress: Progress) -> Diagnosis:
    """Return a diagnosis with what the state adds: silence, and an end with hardly any memory left."""
    complete = (progress.fraction or 0) >= 1 or (state.word == "ended" and stretch.run.summary_time is not None)
    standing = RunState(state.word, state.evidence, complete)
    more = [_located(each, stretch) for each in found_in_state(replace(inputs, state=standing))]
    settled = at_the_end(diagnosis) if state.over else diagnosis
    return with_more(settled, more, inputs.limits) if more else settled


def final_loss(inputs: Inputs, diagnosis: Diagnosis, progress: Progress) -> Extrapolation | None:
    """Return where the train loss will end: from half of the run on, and only while nothing speaks against the curve's shape.

    A learning rate that is still on its way down lowers the loss by more than the curve so far can tell.
    """
    loss, rate = inputs.train, inputs.learning_rate
    if loss is None or progress.fraction is None or any(each.kind in SHAPELESS for each in diagnosis.findings):
        return None
    if rate is not None and len(rate) and DECAYED < rate.values[-1] / (rate.values.max() or 1.0) < STEADY:
        return None
    return final_value(loss.values, progress.fraction)


def limits_of(stretch: Stretch) -> tuple[Limits, tuple[str, ...]]:
    """Return the limits that hold for a stretch, and the settings that say nothing to them."""
    return limits_from(stretch.run.diagnosis_settings)


def inputs_of(stretch: Stretch, progress: Progress, saved: SavedModels | None = None, memory: Memory | None = None) -> Inputs:
    """Return the curves of a stretch as the checks take them."""
    names = stretch.metrics()
    played = set(stretch.run.rows.roles.values())
    others = [name for name in names if name not in played]
    losses = _curve(stretch, "train_loss"), _curve(stretch, "eval_loss")
    more_losses = tuple(_of_series(stretch.series(name)) for name in others if LOSS.search(name))
    tuned = tuning_of(stretch)
    return Inputs(
        train=losses[0] if tuned is None else None,
        evaluation=losses[1] if tuned is None else None,
        other_losses=more_losses if tuned is None else (*(each for each in losses if each is not None), *more_losses),
        tuned={} if tuned is None else _tuned(stretch, tuned),
        scores=tuple(_of_series(stretch.series(n)) for n in others if SCORE.search(n) and OF_VALIDATION.search(n)),
        learning_rate=_curve(stretch, "learning_rate"),
        grad_norm=_curve(stretch, "grad_norm"),
        memory=_memory(stretch),
        samples_per_second=_curve(stretch, "samples_per_second"),
        pace=_pace(stretch),
        sampled=sampled_of(stretch),
        first_row=int(stretch.line[0]) if len(stretch.line) else 0,
        stop_row=_stop_row(stretch),
        limits=limits_of(stretch)[0],
        **_beside(stretch, progress, saved, memory),
    )


def _tuned(stretch: Stretch, tuned: Tuning) -> dict[Part, Curve]:
    """Return the curves of the columns that such a tuning is judged by."""
    return {each.part: _of_part(stretch.series(each.metric), each) for each in tuned.judged}


def _of_part(series: Series, column: Recognised) -> Curve:
    """Return the curve of a column: with its own sign, and of a share the mean over some rows, for in a row it may be 0 or 1."""
    if column.negated:
        return _grown(series.stretch, f"-{series.metric}", series.metric, series.rows, -series.values)
    if column.part not in SHARES:
        return _of_series(series)
    means = series.stretch.memo.growing.array(
        ("mean", series.metric), (series.values,), lambda start, _: _means_from(series.values, start), np.float64
    )
    return _grown(series.stretch, f"mean {series.metric}", series.metric, series.rows, means)


def _means_from(values: Floats, start: int) -> Floats:
    """Return the trailing means of values from a place on."""
    begin = max(0, start - MEAN_OF + 1)
    return trailing_mean(values[begin:], MEAN_OF)[start - begin :]


def inputs_as_of(earlier: Stretch, inputs: Inputs, before: Inputs | None = None) -> Inputs:
    """Return the inputs of an earlier part of a stretch (`Stretch.before`) out of those of the whole, without its saved models.

    They are those of a stretch that ends there, and cost what is new since `before`, the inputs of a still earlier part.
    """
    how_far = progress(earlier)
    beside = _beside(earlier, how_far, None, memory_of(earlier, how_far))
    return replace(inputs.as_of(_stop_row(earlier), before), **beside)


def _beside(stretch: Stretch, progress: Progress, saved: SavedModels | None, memory: Memory | None) -> dict[str, Any]:
    """Return those inputs that are no curves."""
    names = stretch.metrics()
    return {
        "memory_outlook": memory.outlook if memory is not None else None,
        "last_start": stretch.attempts[-1].start,
        "resumes": tuple(stretch.breaks.tolist()),
        "adversarial": any(ADVERSARIAL.search(name) for name in names),
        "planned": progress.total_steps is not None or progress.total_epochs is not None,
        "fraction": progress.fraction,
        "expected_validations": _expected_validations(stretch, progress),
        "newer_empty": _newer_empty(stretch),
        "schedule": schedule_of(stretch, progress),
        "lost_best": _lost_best(saved) if saved is not None and tuning_of(stretch) is None else None,
        "unsaved": unsaved_of(stretch, saved) if saved is not None else None,
    }


def _curve(stretch: Stretch, role: Role) -> Curve | None:
    series = stretch.by_role(role)
    return None if series is None else _of_series(series)


def _of_series(series: Series) -> Curve:
    return _grown(series.stretch, series.metric, series.metric, series.rows, series.values)


def _grown(stretch: Stretch, name: str, metric: str, rows: Indices, values: Floats) -> Curve:
    """Return the curve of values, from that of an earlier revision of the run on where they only grew since."""
    return stretch.memo.growing.whole(("curve", name), values, lambda earlier: curve(metric, rows, values, earlier))


def _memory(stretch: Stretch) -> Curve | None:
    """Return the available memory; 0 and less is "not logged", and so is what is not finite."""
    series = stretch.by_role("memory")
    if series is None:
        return None
    there = np.isfinite(series.values) & (series.values > 0)
    rows, values = (series.rows, series.values) if there.all() else (series.rows[there], series.values[there])
    return _grown(stretch, MEMORY, series.metric, rows, values) if len(rows) else None


def _pace(stretch: Stretch) -> Curve | None:
    """Return the steps per second between train rows; None where the rows do not tell."""
    found = paces_of(stretch)
    return _grown(stretch, PACE, f"{stretch.counted}s per second", *found) if found is not None else None


def _located(finding: Finding, stretch: Stretch) -> Finding:
    """Return a finding with its steps as they were logged, and its epoch and global step as evidence."""
    finding = replace(finding, counted=stretch.counted, setup=setup_of(stretch))
    if not finding.rows:
        return finding
    run, onset = stretch.run, finding.rows[0]
    evidence = dict(finding.evidence)
    steps = tuple(step for row in finding.rows if (step := step_of(stretch, row)) is not None)
    epoch, along = float(run.rows.values("epoch")[onset]), float(run.global_step[onset])
    if np.isfinite(epoch):
        evidence["epoch"] = Evidence(epoch)
    if np.isfinite(along) and steps and round(along) != steps[0]:
        evidence["global_step"] = Evidence(along)
    return replace(finding, steps=steps, evidence=evidence)


def step_of(stretch: Stretch, row: int) -> int | None:
    """Return the step of a row, that of the row before it where it has none, the epoch where no step was ever logged."""
    rows = stretch.run.rows
    before = as_slice(stretch.line[: np.searchsorted(stretch.line, row, side="right")])
    for values in (rows.values("step"), rows.values("epoch")):
        known = last_finite(values[before])
        if known is not None:
            return round(known)
    return None


def _stop_row(stretch: Stretch) -> int:
    return int(stretch.line[-1]) + 1 if len(stretch.line) else 0


def _expected_validations(stretch: Stretch, progress: Progress) -> int:
    """Return how many validations the configuration asks for up to now, 0 where it asks for none."""
    config = stretch.config
    strategy = config.get("eval_strategy", config.get("evaluation_strategy"))
    every = next((config[key] for key in VALIDATED_EVERY if isinstance(config.get(key), int | float) and config[key] >= 1), None)
    if strategy == "epoch":
        return int(progress.epoch or 0)
    if strategy not in (None, "steps") or every is None or progress.global_step is None:
        return 0
    return int(progress.global_step // every)


def _newer_empty(stretch: Stretch) -> EmptyTraining | None:
    """Return the newest training of the run where the stretch is another and that one logged no loss but 0."""
    run = stretch.run
    newest = run.newest_chain
    if newest is None or stretch.attempts[-1].chain == newest.number or newest is run.judged_chain:
        return None
    roles: tuple[Role, ...] = ("train_loss", "eval_loss")
    losses = np.concatenate([run.rows.values(role)[newest.line] for role in roles])
    logged = (np.isfinite(losses) & (losses != 0)).any()
    return None if logged else EmptyTraining(newest.number, len(run.chains), newest.row_count)


def _lost_best(saved: SavedModels) -> LostBest | None:
    if saved.lost is None:
        return None
    lost, best = saved.lost, saved.best
    rest = (best.value, best.percent_above, best.step) if best is not None else ()
    return LostBest(lost.metric, lost.row, lost.value, saved.count, *rest)
