"""What is to be said of a stretch of a run: the checks on its rows, and what its state and its saved models add."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from trainmon.analysis.memory import Memory
from trainmon.analysis.pace import paces_of
from trainmon.analysis.progress import Progress
from trainmon.analysis.saved_models import SavedModels
from trainmon.analysis.series import Series, Stretch, as_slice
from trainmon.analysis.state import State
from trainmon.diagnosis.checks import diagnose, with_more
from trainmon.diagnosis.finding import Diagnosis, Evidence, Finding, Severity
from trainmon.diagnosis.preparation import Curve, Inputs, curve
from trainmon.diagnosis.thresholds import Limits, limits_from
from trainmon.runs.run import Role
from trainmon.stats.arrays import Floats, Indices
from trainmon.stats.extrapolation import Extrapolation, final_value
from trainmon.stats.extremes import last_finite

# A loss that another network works against, or that follows a reward, has no reason to fall.
ADVERSARIAL = re.compile(
    r"(^|[_/.])(g|d|gen|disc|generator|discriminator)[_/.]?(a|b|adv|gan|loss)$|loss_[gd]($|_)|^rewards?($|/)", re.IGNORECASE
)
SCORE = re.compile(r"acc|f1|map\b|map50|auc|bleu|chrf|rouge|iou|dice|recall|precision|r2$", re.IGNORECASE)
OF_VALIDATION = re.compile(r"val|eval|dev|test", re.IGNORECASE)
LOSS = re.compile(r"loss", re.IGNORECASE)
BROKEN_OFF = ("interrupted", "failed", "silent", "ended")  # unless the plan was reached or a summary written
SHAPELESS = ("diverging", "not_learning", "non_finite")  # a curve that goes on as it went says nothing then
DECAYED, STEADY = 0.05, 0.95  # of the highest learning rate: between them it is on its way down
MEMORY, PACE = "", " "  # the names of these curves: no metric has them
LAST_READINGS = 3  # of the memory: the lowest of these is what there was at the end


def diagnosis_of_stretch(stretch: Stretch, inputs: Inputs, saved: SavedModels | None = None) -> Diagnosis:
    """Return everything that does not depend on the time of day; `inputs` are those of the stretch."""
    found = diagnose(inputs)
    missing = _missing_checkpoint(stretch, saved)
    found = with_more(found, [missing] if missing else [], inputs.limits)
    return replace(found, findings=tuple(_located(each, stretch) for each in found.findings))


def with_state(diagnosis: Diagnosis, stretch: Stretch, inputs: Inputs, state: State, progress: Progress) -> Diagnosis:
    """Return a diagnosis with what the state adds: silence, and an end with hardly any memory left."""
    more = [each for each in (_silent(stretch, state), _memory_crash(stretch, inputs, state, progress)) if each is not None]
    if not more:
        return diagnosis
    return with_more(diagnosis, [_located(each, stretch) for each in more], inputs.limits)


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


def inputs_of(stretch: Stretch, memory: Memory | None = None) -> Inputs:
    """Return the curves of a stretch as the checks take them."""
    names = stretch.metrics()
    played = set(stretch.run.rows.roles.values())
    others = [name for name in names if name not in played]
    return Inputs(
        train=_curve(stretch, "train_loss"),
        evaluation=_curve(stretch, "eval_loss"),
        other_losses=tuple(_of_series(stretch.series(name)) for name in others if LOSS.search(name)),
        scores=tuple(_of_series(stretch.series(n)) for n in others if SCORE.search(n) and OF_VALIDATION.search(n)),
        learning_rate=_curve(stretch, "learning_rate"),
        grad_norm=_curve(stretch, "grad_norm"),
        memory=_memory(stretch),
        memory_outlook=memory.outlook if memory is not None else None,
        last_start=stretch.attempts[-1].start,
        samples_per_second=_curve(stretch, "samples_per_second"),
        pace=_pace(stretch),
        adversarial=any(ADVERSARIAL.search(name) for name in names),
        first_row=int(stretch.line[0]) if len(stretch.line) else 0,
        stop_row=int(stretch.line[-1]) + 1 if len(stretch.line) else 0,
        limits=limits_of(stretch)[0],
    )


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
    return _grown(stretch, PACE, "steps per second", *found) if found is not None else None


def _located(finding: Finding, stretch: Stretch) -> Finding:
    """Return a finding with its steps as they were logged, and its epoch and global step as evidence."""
    if not finding.rows:
        return finding
    run, onset = stretch.run, finding.rows[0]
    evidence = dict(finding.evidence)
    steps = tuple(step for row in finding.rows if (step := _step(stretch, row)) is not None)
    epoch, along = float(run.rows.values("epoch")[onset]), float(run.global_step[onset])
    if np.isfinite(epoch):
        evidence["epoch"] = Evidence(epoch)
    if np.isfinite(along) and steps and round(along) != steps[0]:
        evidence["global_step"] = Evidence(along)
    return replace(finding, steps=steps, evidence=evidence)


def _step(stretch: Stretch, row: int) -> int | None:
    """Return the step of a row, that of the row before it where it has none, the epoch where no step was ever logged."""
    rows = stretch.run.rows
    before = as_slice(stretch.line[: np.searchsorted(stretch.line, row, side="right")])
    for values in (rows.values("step"), rows.values("epoch")):
        known = last_finite(values[before])
        if known is not None:
            return round(known)
    return None


def _silent(stretch: Stretch, state: State) -> Finding | None:
    if state.word != "silent" or not len(stretch.line):
        return None
    return Finding("silent", "warning", None, (int(stretch.line[-1]),), {}, state.evidence)


def _memory_crash(stretch: Stretch, inputs: Inputs, state: State, progress: Progress) -> Finding | None:
    """Return the finding of a run that broke off when hardly any memory was left."""
    complete = (progress.fraction or 0) >= 1 or (state.word == "ended" and stretch.run.summary_time is not None)
    memory = None if complete or state.word not in BROKEN_OFF else inputs.memory
    if memory is None or len(memory) < LAST_READINGS:
        return None
    last = float(memory.lowest[-LAST_READINGS:].min())
    if last >= inputs.limits.crash_memory_mb or last > 0.5 * float(np.median(memory.values)):
        return None
    evidence = {"last": Evidence(last, "MB"), "usual": Evidence(float(np.median(memory.values)), "MB")}
    severity: Severity = "error" if state.word in ("interrupted", "failed") else "warning"
    return Finding("memory_crash", severity, memory.metric, (int(memory.rows[-1]),), evidence, state.word)


def _missing_checkpoint(stretch: Stretch, saved: SavedModels | None) -> Finding | None:
    """Return the finding of a best point whose model was saved by the usual rhythm, and is not there any more."""
    if saved is None or saved.lost is None:
        return None
    evidence = {"best": Evidence(saved.lost.value), "saved": Evidence(saved.count, "checkpoints")}
    if saved.best is not None:
        evidence["best_saved"] = Evidence(saved.best.value)
        evidence["worse"] = Evidence(saved.best.percent_above, "%")
        if saved.best.step is not None:
            evidence["best_saved_step"] = Evidence(saved.best.step, "step")
    return Finding("missing_checkpoint", "notice", saved.lost.metric, (saved.lost.row,), evidence)
