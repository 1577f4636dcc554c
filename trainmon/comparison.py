"""Several runs against each other: the same figures beside each other, and what their configurations do not share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainmon import wording
from trainmon.analysis import Analysis, analyse
from trainmon.errors import UsageError
from trainmon.figures import Figures
from trainmon.run import Role, Run
from trainmon.stats.smoothing import ema

EQUAL_STEP_WEIGHT = 0.6  # the train loss is smoothed before it is read at one step


@dataclass(frozen=True, eq=False)
class Entry:
    """One compared run: its label (unique in the comparison), and its figures.

    `best`, `last` and `at_equal_step` are of the compared metric; `delta` is this entry's best minus the baseline's, and
    `delta_percent` the same in percent of the baseline's (None for the baseline itself and where either is missing).
    """

    key: str
    label: str
    analysis: Analysis
    best: float | None
    best_global_step: int | None
    last: float | None
    at_equal_step: float | None
    delta: float | None
    delta_percent: float | None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Runs on the same footing: `metric` says in words what is compared, `equal_step` is the last step that all reached.

    `differences` maps each configuration key that not all share to one value an entry (in order, None where it is absent).
    """

    metric: str
    entries: tuple[Entry, ...]
    baseline: int
    equal_step: int | None
    differences: Mapping[str, tuple[Any, ...]]
    same_config_keys: int
    sentence: str


def compare(subjects: Sequence[Run | Analysis], *, baseline: int = 0, now: float | None = None) -> Comparison:
    """Return `subjects` side by side: by validation loss where all have one, else by train loss.

    A run stands for its judged chain as it was at its last row, or at `now`. Raises UsageError for no subject, or a
    baseline that is none of them.
    """
    if not subjects:
        raise UsageError("compare needs at least one run; none was given.")
    if not 0 <= baseline < len(subjects):
        raise UsageError(f"baseline is {baseline}, but must be 0 to {len(subjects) - 1}: the place of one of the runs.")
    analyses = [_analysed(subject, now) for subject in subjects]
    by_validation = all(a.eval is not None and a.eval.best is not None for a in analyses)
    role: Role = "eval_loss" if by_validation else "train_loss"
    step = _equal_step(analyses, role)
    entries = _entries(analyses, role, step, baseline)
    flat = [settings_of(analysis) for analysis in analyses]
    keys = list(dict.fromkeys(key for config in flat for key in config))
    differing = [key for key in keys if len({repr(config.get(key)) for config in flat}) > 1]
    return Comparison(
        metric="validation loss" if by_validation else "train loss",
        entries=entries,
        baseline=baseline,
        equal_step=step,
        differences={key: tuple(config.get(key) for config in flat) for key in differing},
        same_config_keys=len(keys) - len(differing),
        sentence=_sentence("validation loss" if by_validation else "train loss", entries, differing),
    )


def _analysed(subject: Run | Analysis, now: float | None) -> Analysis:
    if isinstance(subject, Analysis):
        return subject
    times = subject.rows.time[np.isfinite(subject.rows.time)]
    return analyse(subject, now=now if now is not None else float(times[-1]) if len(times) else 0.0)


def settings_of(analysis: Analysis) -> dict[str, Any]:
    """Return the flat configuration of the attempts looked at, where their writer recorded it, else the run's newest."""
    recorded = [a.record.config for a in (analysis.stretch.attempts if analysis.stretch else ()) if a.record and a.record.config]
    return dict(_flattened(recorded[-1] if recorded else analysis.run.config))


def _flattened(config: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in config.items():
        if isinstance(value, Mapping) and value:
            yield from _flattened(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _equal_step(analyses: Sequence[Analysis], role: Role) -> int | None:
    """Return the last global step at which every subject has a value of `role`, None where one has no steps."""
    last = []
    for analysis in analyses:
        series = analysis.stretch.by_role(role) if analysis.stretch else None
        steps = series.global_step[np.isfinite(series.values)] if series is not None else np.zeros(0)
        if not np.isfinite(steps).any():
            return None
        last.append(float(np.nanmax(steps)))
    return round(min(last))


def _value_at(analysis: Analysis, role: Role, step: int | None) -> float | None:
    """Return the newest value at or before `step`; a train loss is smoothed first."""
    series = analysis.stretch.by_role(role) if analysis.stretch else None
    if series is None or step is None:
        return None
    values = ema(series.values, EQUAL_STEP_WEIGHT, series.breaks) if role == "train_loss" else series.values
    there = np.flatnonzero((series.global_step <= step) & np.isfinite(values))
    return float(values[there[-1]]) if len(there) else None


def _entries(analyses: Sequence[Analysis], role: Role, step: int | None, baseline: int) -> tuple[Entry, ...]:
    figures = [analysis.eval if role == "eval_loss" else analysis.train for analysis in analyses]
    baseline_figures = figures[baseline]
    base = baseline_figures.best if baseline_figures else None
    labels = _labels(analyses)
    entries = []
    for at, (analysis, found) in enumerate(zip(analyses, figures, strict=True)):
        best = found.best if found else None
        delta = best - base if at != baseline and best is not None and base is not None else None
        entries.append(
            Entry(
                key=f"{analysis.run.id}@{analysis.attempt}" if analysis.attempt else analysis.run.id,
                label=labels[at],
                analysis=analysis,
                best=best,
                best_global_step=found.best_global_step if found else None,
                last=_last(found),
                at_equal_step=_value_at(analysis, role, step),
                delta=delta,
                delta_percent=100 * delta / abs(base) if delta is not None and base else None,
            )
        )
    return tuple(entries)


def _last(found: Figures | None) -> float | None:
    return found.final if found and not found.never_filled else None


def _labels(analyses: Sequence[Analysis]) -> list[str]:
    """Return a name for each subject; where several share one, the folder above or the whole id tells them apart."""
    names = [a.run.name + (f" @{a.attempt}" if a.attempt else "") for a in analyses]
    both = list(zip(analyses, names, strict=True))
    longer = [f"{a.run.path.parent.name}/{name}" if names.count(name) > 1 else name for a, name in both]
    both = list(zip(analyses, longer, strict=True))
    return [f"{name} ({a.run.id[-6:]})" if longer.count(name) > 1 else name for a, name in both]


def _sentence(metric: str, entries: Sequence[Entry], differing: Sequence[str]) -> str:
    ranked = sorted((entry for entry in entries if entry.best is not None), key=lambda entry: entry.best or 0.0)
    if len(ranked) < 2:
        return wording.nothing_to_compare(metric, [entry.label for entry in ranked])
    first, second = ranked[0], ranked[1]
    return wording.which_is_better(metric, first.label, first.best or 0.0, second.label, second.best or 0.0, differing)
