"""Puts runs side by side: figures, groups of seeds, levels at an equal position, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trainmon.analysis import Analysis, analyse
from trainmon.analysis.losses import part_of_loss
from trainmon.analysis.series import Axis
from trainmon.comparison.configuration import differing, seed_groups, settings_of
from trainmon.comparison.last_used import LastUsed
from trainmon.comparison.metrics import TRAIN, Metric, columns_of, metrics_of, series_of
from trainmon.comparison.model import Comparison, Entry, Outcome
from trainmon.comparison.position import aligned, equal_position, level_at
from trainmon.comparison.sentences import remarks_on, sentence_on
from trainmon.comparison.sides import leads, ranking_of, sides_of, standings_of
from trainmon.errors import UsageError
from trainmon.runs.run import Run

_outcomes: LastUsed[Outcome] = LastUsed(32)


def compare(
    subjects: Sequence[Run | Analysis],
    *,
    baseline: int = 0,
    now: float | None = None,
    metric: str | None = None,
    axis: Axis = "step",
    group: bool = True,
) -> Comparison:
    """Return `subjects` side by side by `metric`, where none is named by the validation loss or else what they share.

    They are read at the last place on `axis` that all reached; with `group`, runs that differ in their seed alone are one side.
    A run stands for its judged chain as it was at its last row, or at `now`. Raises UsageError for no subject, a baseline
    that is none of them, or a metric that they do not share.
    """
    if not subjects:
        raise UsageError("compare needs at least one run; none was given.")
    if not 0 <= baseline < len(subjects):
        raise UsageError(f"baseline is {baseline}, but must be 0 to {len(subjects) - 1}: the place of one of the runs.")
    analyses = [_analysed(subject, now) for subject in subjects]
    parts = tuple((each.until, each.attempt, each.chain.number if each.chain else None) for each in analyses)
    runs = [each.run for each in analyses]
    outcome = _outcomes.get(
        runs, (parts, baseline, metric, axis, group), lambda: _outcome(analyses, baseline, metric, axis, group)
    )
    entries = tuple(Entry(**vars(one), analysis=each) for one, each in zip(outcome.standings, analyses, strict=True))
    return Comparison(**vars(outcome), entries=entries)


def _analysed(subject: Run | Analysis, now: float | None) -> Analysis:
    if isinstance(subject, Analysis):
        return subject
    times = subject.rows.time[np.isfinite(subject.rows.time)]
    return analyse(subject, now=now if now is not None else float(times[-1]) if len(times) else 0.0)


def _outcome(analyses: Sequence[Analysis], baseline: int, metric: str | None, axis: Axis, group: bool) -> Outcome:
    metrics = metrics_of(analyses)
    chosen = _chosen(analyses, metrics, metric)
    on, places = aligned([series_of(analysis, chosen) for analysis in analyses], axis)
    counted = next((analysis.stretch.counted for analysis in analyses if analysis.stretch is not None), "step")
    position = equal_position(on, places, counted if on == "step" else "step")
    settings = [settings_of(analysis) for analysis in analyses]
    groups = seed_groups(settings)
    members = groups if group else tuple((place,) for place in range(len(analyses)))
    standings = standings_of(analyses, chosen, [level_at(each, position) for each in places], baseline, members)
    sides, contenders = sides_of(standings, members, places, position, chosen, baseline)
    ranking, ranked_by = ranking_of(sides, chosen)
    different, same = differing(settings)
    outcome = Outcome(
        chosen=chosen,
        metrics=metrics,
        axis=axis,
        standings=standings,
        baseline=baseline,
        sides=sides,
        position=position,
        ranking=ranking,
        ranked_by=ranked_by,
        ahead=leads(ranking, sides, contenders, position, chosen) if ranked_by == "level" else (),
        differences={key: tuple(config.get(key) for config in settings) for key in different},
        same_config_keys=same,
        has_groups=any(len(places) > 1 for places in groups),
    )
    return replace(outcome, sentence=sentence_on(outcome, analyses), remarks=remarks_on(outcome))


def _chosen(analyses: Sequence[Analysis], metrics: Sequence[Metric], name: str | None) -> Metric:
    """Return the metric of this name: as trainmon calls it, or as a column of one of the runs ("val_loss")."""
    if name is None:
        return metrics[0] if metrics else TRAIN
    found = next((metric for metric in metrics if metric.name == name or _is_column_of(analyses, metric, name)), None)
    if found is None:
        shared = ", ".join(metric.name for metric in metrics) or "nothing"
        raise UsageError(f"metric is {name!r}, which these runs do not share; they share {shared}.")
    return found


def _is_column_of(analyses: Sequence[Analysis], metric: Metric, column: str) -> bool:
    """Return whether a column of one of the runs holds a loss, and the same part of it."""
    return metric.role is not None and column in columns_of(analyses, metric.role) and part_of_loss(column) == metric.part
