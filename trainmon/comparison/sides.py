"""The figures of the runs, of the sides that they are on, and which side leads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from trainmon.analysis import Analysis
from trainmon.analysis.figures import Figures
from trainmon.comparison.contrasts import ERROR, Contender, contrast, distance, spread, to_baseline
from trainmon.comparison.labels import labels_of, side_labels
from trainmon.comparison.metrics import Metric, figures_of
from trainmon.comparison.model import Contrast, Side, Standing
from trainmon.comparison.position import Places, Position

Members = Sequence[tuple[int, ...]]


def standings_of(
    analyses: Sequence[Analysis], metric: Metric, levels: Sequence[float | None], baseline: int, members: Members
) -> tuple[Standing, ...]:
    """Return the figures of each run, with how far its best is from the baseline's."""
    figures = [figures_of(analysis, metric) for analysis in analyses]
    side_of = {place: side for side, places in enumerate(members) for place in places}
    labels = labels_of(analyses)
    of_baseline = figures[baseline]
    base = of_baseline.best if of_baseline else None
    standings = []
    for at, (analysis, found) in enumerate(zip(analyses, figures, strict=True)):
        best = found.best if found else None
        delta = best - base if at != baseline and best is not None and base is not None else None
        standings.append(
            Standing(
                key=f"{analysis.run.id}@{analysis.attempt}" if analysis.attempt else analysis.run.id,
                label=labels[at],
                side=side_of[at],
                best=best,
                best_at=_best_at(found),
                counted=analysis.progress.counted,
                last=found.final if found else None,
                at_equal=levels[at],
                delta=delta,
                delta_percent=100 * delta / abs(base) if delta is not None and base else None,
            )
        )
    return tuple(standings)


def _best_at(found: Figures | None) -> int | None:
    if found is None:
        return None
    return found.best_step if found.counted == "epoch" else found.best_global_step


def sides_of(
    standings: Sequence[Standing],
    members: Members,
    places: Sequence[Places | None],
    position: Position | None,
    metric: Metric,
    baseline: int,
) -> tuple[tuple[Side, ...], list[Contender]]:
    """Return the sides with their distance to the baseline's, and what they are contrasted by."""
    contenders = [_contender(each, standings, places) for each in members]
    names = side_labels([one.label for one in standings], members)
    distances = to_baseline(contenders, standings[baseline].side, position, better_high=bool(metric.better_high))
    sides = []
    for name, each, apart in zip(names, members, distances, strict=True):
        runs = [standings[place] for place in each]
        best, last, level = ([getattr(one, figure) for one in runs] for figure in ("best", "last", "at_equal"))
        sides.append(Side(name, tuple(each), spread(best), spread(last), spread(level), apart))
    return tuple(sides), contenders


def ranking_of(sides: Sequence[Side], metric: Metric) -> tuple[tuple[int, ...], Literal["level", "best"]]:
    """Return the places of the sides, the best first: by their levels where two have one, else by their best values."""
    levels = [side.at_equal for side in sides]
    by_level = sum(level is not None for level in levels) > 1
    figures = levels if by_level else [side.best for side in sides]
    known = [(figure.mean, at) for at, figure in enumerate(figures) if figure is not None]
    sign = -1 if metric.better_high else 1
    return tuple(at for _, at in sorted(known, key=lambda pair: (sign * pair[0], pair[1]))), "level" if by_level else "best"


def leads(
    ranking: Sequence[int], sides: Sequence[Side], contenders: Sequence[Contender], position: Position | None, metric: Metric
) -> tuple[Contrast, ...]:
    """Return how far the first of the ranking is from the baseline's side, where it is another, and from the next."""
    if position is None or len(ranking) < 2:
        return ()
    first, second = ranking[:2]
    from_base = sides[first].to_baseline
    if from_base is not None and from_base.other == second:
        return (from_base,)
    found = distance(contenders, first, second, position)
    assert found is not None  # both are ranked by their levels
    from_next = contrast(contenders, first, second, found, better_high=bool(metric.better_high), chance=ERROR)
    return (from_next,) if from_base is None else (from_base, from_next)


def _contender(members: Sequence[int], standings: Sequence[Standing], places: Sequence[Places | None]) -> Contender:
    there = [(standings[at].at_equal, places[at]) for at in members]
    known = [(level, points) for level, points in there if level is not None and points is not None]
    return Contender(tuple(points for _, points in known), np.array([level for level, _ in known], dtype=np.float64))
