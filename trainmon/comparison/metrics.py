"""What runs can be compared by, and which of these are better high."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.figures import Figures, figures
from trainmon.analysis.judging import SCORE
from trainmon.analysis.losses import part_of_loss
from trainmon.analysis.series import Series
from trainmon.runs.run import Role
from trainmon.stats.extremes import never_filled

# The one table of which metrics are better high. What neither pattern knows counts as better low, and that is said.
_BETTER_LOW = re.compile(
    r"loss|err|perplex|ppl|mse|mae|wer\b|cer\b|fid\b|nll|bpb|bpc|entropy|diverg|(^|[_/.])kl|dist|latency|time|(?<!per_)sec",
    re.IGNORECASE,
)
_BETTER_HIGH = re.compile(
    SCORE.pattern + r"|reward|psnr|ssim|ndcg|mrr|kappa|mcc\b|success|win_rate|per_sec|throughput|memory|exact_match|pass@|hits@",
    re.IGNORECASE,
)
NO_RESULTS: tuple[Role, ...] = ("train_loss", "eval_loss", "learning_rate", "grad_norm")  # by their own name, or no result


@dataclass(frozen=True)
class Metric:
    """A thing to compare by: its name, the role that it plays or None, and whether it is better high (None = not known).

    `part` is which part of a loss it is, where a log has no whole one: a part is compared with the same part alone.
    """

    name: str
    role: Role | None = None
    better_high: bool | None = False
    part: str = ""


LOSSES: tuple[Role, ...] = ("eval_loss", "train_loss")
TRAIN = Metric(wording.LOSS_NAMES["train_loss"], "train_loss")


def better_high(name: str) -> bool | None:
    """Return whether a metric of this name is better high, None where that is not known."""
    if _BETTER_LOW.search(name):
        return False
    return True if _BETTER_HIGH.search(name) else None


def columns_of(analyses: Sequence[Analysis], role: Role) -> set[str | None]:
    """Return the names of the columns that play a role in any of the runs."""
    return {each.run.rows.roles.get(role) for each in analyses}


def series_of(analysis: Analysis, metric: Metric) -> Series | None:
    """Return the series of a metric in the analysed stretch, None where nothing finite, or no loss but 0, was logged."""
    stretch = analysis.stretch
    if stretch is None:
        return None
    if metric.role is not None:
        series = stretch.by_role(metric.role)
        series = series if series is not None and part_of_loss(series.metric) == metric.part else None
    else:
        series = stretch.series(metric.name) if metric.name in stretch.run.rows.columns else None
    if series is None or not np.isfinite(series.values).any():
        return None
    return None if metric.role is not None and never_filled(series.values) else series


def figures_of(analysis: Analysis, metric: Metric) -> Figures | None:
    """Return first, final and best of a metric, None where nothing finite of it was logged."""
    series = series_of(analysis, metric)
    if series is None:
        return None
    run, better_high = series.stretch.run, bool(metric.better_high)
    return figures(run, series.metric, series.rows, series.values, series.stretch.counted, higher_is_better=better_high)


def metrics_of(analyses: Sequence[Analysis]) -> tuple[Metric, ...]:
    """Return what at least two of the runs logged (one, where there is only one), the best to compare by first.

    That is the validation loss where every run with rows has one, else the train loss, else what most of them have. The part of
    a loss that one log has in the place of the whole is no whole one.
    """
    with_rows = [analysis for analysis in analyses if analysis.stretch is not None]
    counted: Counter[Metric] = Counter()
    for analysis in with_rows:
        counted.update(metric for metric in _metrics(analysis) if series_of(analysis, metric) is not None)
    fewest = min(2, len(with_rows))
    shared = [metric for metric, runs in counted.items() if runs >= fewest]
    losses = [metric for metric in shared if metric.role is not None]
    others = [metric for metric in shared if metric.role is None]

    def order(metric: Metric) -> tuple[int, int]:
        rank = 1 if metric.role == "train_loss" else 0 if counted[metric] == len(with_rows) else 2
        return rank, -counted[metric]

    return (*sorted(losses, key=order), *sorted(others, key=lambda metric: (-counted[metric], metric.name)))


def logs_part(analysis: Analysis, part: str) -> bool:
    """Return whether a run logged this part of a loss ("" = the whole), as the train or the validation loss."""
    roles = analysis.run.rows.roles
    return any(part_of_loss(roles[role]) == part for role in LOSSES if role in roles)


def _metrics(analysis: Analysis) -> list[Metric]:
    stretch = analysis.stretch
    assert stretch is not None  # asked only of runs with rows
    roles = stretch.run.rows.roles
    no_results = {roles.get(role) for role in NO_RESULTS}
    others = [Metric(name, better_high=better_high(name)) for name in stretch.metrics() if name not in no_results]
    return [*(_loss(role, roles[role]) for role in LOSSES if role in roles), *others]


def _loss(role: Role, column: str) -> Metric:
    """Return the loss that a column holds as a thing to compare by."""
    part = part_of_loss(column)
    return Metric(wording.loss_name(role, part), role, part=part)
