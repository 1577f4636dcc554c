"""One metric of many runs on the same axes: the best ten in colour, groups of seeds as mean and band, the others in grey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.analysis.series import Axis
from trainmon.charts.chart import (
    DRAWN_POINTS,
    NEUTRAL,
    Chart,
    Scale,
    Unit,
    axis_title,
    broken_legend,
    filled,
    finished,
    hover_rules,
    step_field,
    x_channel,
    y_channel,
    zoom,
)
from trainmon.charts.joining import in_turn
from trainmon.charts.lines import Line, axis_unit, common_axis, drawn_x, frame, hover_places, texts, value_at
from trainmon.charts.overlay import COLOURS, lone_points, palette
from trainmon.charts.strands import Strand, strand
from trainmon.comparison import Comparison
from trainmon.comparison.metrics import series_of

FRONT_POINTS, BACK_POINTS = 5_000, 2_000  # of all coloured and of all grey lines together
FEWEST_POINTS = 40  # of one line
OTHERS = "others"


def side_colours(comparison: Comparison) -> dict[int, str]:
    """Return the colour of each side in front, the best first from eleven sides on; the others are grey.

    In front are all up to ten, else the baseline and the nine best.
    """
    front = tuple(range(len(comparison.sides)))
    if len(front) > len(COLOURS):
        order = dict.fromkeys((*comparison.ranking, *front))
        best = [at for at in order if at != comparison.baseline_side][: len(COLOURS) - 1]
        chosen = {comparison.baseline_side, *best}
        front = tuple(at for at in order if at in chosen)
    keys = {at: comparison.standings[comparison.sides[at].members[0]].key for at in front}
    found = palette(keys.values())
    return {at: found[key] for at, key in keys.items()}


def comparison_chart(
    comparison: Comparison, *, axis: Axis = "step", smooth: float = 0.0, scale: Scale = "linear", limit: int = DRAWN_POINTS
) -> Chart | None:
    """Return the compared metric of all sides on the same axes, None where nothing of it has a place there."""
    colour_of = side_colours(comparison)
    series = (series_of(entry.analysis, comparison.chosen) for entry in comparison.entries)
    axis = common_axis(axis, (each for each in series if each is not None))
    sides = [*colour_of, *(at for at in range(len(comparison.sides)) if at not in colour_of)]
    made = {at: strand(comparison, comparison.sides[at], axis, smooth, scale) for at in sides}
    front = {at: each for at, each in made.items() if each is not None and at in colour_of}
    back = [each for at, each in made.items() if each is not None and at not in colour_of]
    if not front:
        return None
    drawn = {at: _thinned(each, min(limit, max(FEWEST_POINTS, FRONT_POINTS // len(front)))) for at, each in front.items()}
    others = [each.line.thinned(max(FEWEST_POINTS, BACK_POINTS // len(back))) for each in back]
    unit = axis_unit([each.line for each in (*front.values(), *back)], axis)
    named = [(each.label, each.line) for each in drawn.values()]
    datasets = {
        "others": frame([(OTHERS, in_turn(others))] if others else [], axis, unit),
        "bands": _bands(list(drawn.values()), axis, unit),
        "lines": frame(named, axis, unit),
        "points": frame([(label, lone_points(each)) for label, each in named], axis, unit),
        "hover": _hover(list(drawn.values()), axis, unit),
    }
    datasets = {name: table for name, table in datasets.items() if name in filled(datasets)}
    labels = tuple(each.label for each in drawn.values())
    spec = _spec(axis, unit, scale, comparison.metric, labels, tuple(colour_of[at] for at in drawn), frozenset(datasets))
    description = wording.chart_description(comparison.metric.capitalize(), labels, axis_title(axis, unit))
    return Chart(spec, datasets, _caption(drawn, others, back, smooth), description)


def _thinned(of: Strand, limit: int) -> Strand:
    return of if of.low is not None else Strand(of.label, of.line.thinned(limit))


def _caption(drawn: Mapping[int, Strand], others: Sequence[Line], back: Sequence[Strand], smooth: float) -> str:
    lines = [each.line for each in drawn.values()]
    full = [*lines, *(each.line for each in back)]
    in_back = sum(len(each.x) for each in others)
    words = wording.chart_caption(
        drawn=sum(each.line.rows if each.low is not None else len(each.line.x) for each in drawn.values()) + in_back,
        rows=sum(each.rows for each in full),
        weight=smooth,
        smoothed=any(each.weight for each in full),
        hidden=sum(each.hidden for each in full),
        non_finite=sum(each.non_finite for each in full),
    )
    bands = any(each.low is not None for each in drawn.values())
    pick = wording.HOW_TO_PICK if len(lines) > 1 else ""
    return " · ".join(part for part in (words, wording.GROUP_BANDS if bands else "", wording.in_grey(len(back)), pick) if part)


def _bands(strands: Sequence[Strand], axis: Axis, unit: Unit) -> pd.DataFrame:
    banded = [each for each in strands if each.low is not None and each.high is not None]
    table = frame([(each.label, each.line) for each in banded], axis, unit)
    low, high = ([getattr(each, name) for each in banded] or [np.empty(0)] for name in ("low", "high"))
    return table.assign(y=np.concatenate(low).astype(np.float32), y2=np.concatenate(high).astype(np.float32))


def _hover(strands: Sequence[Strand], axis: Axis, unit: Unit) -> pd.DataFrame:
    """Return a row for each place with the value of every side in front there, of a group with lowest and highest."""
    places = hover_places([each.line for each in strands])
    table = pd.DataFrame({"x": drawn_x(places, axis, unit)})
    if not strands:
        return table
    longest = max((each.line for each in strands), key=lambda each: float(each.x.max(initial=-np.inf)))
    columns = {"step": [wording.count(value) for value in value_at(places, longest.x, longest.step)]}
    for at, each in enumerate(strands):
        words = [wording.loss(value) for value in value_at(places, each.line.x, each.line.y)]
        if each.low is not None and each.high is not None:
            ends = (value_at(places, each.line.x, side) for side in (each.low, each.high))
            words = [wording.with_range(*values) for values in zip(words, *ends, strict=True)]
        columns[f"y{at}"] = words
    return table.assign(**{name: texts(column) for name, column in columns.items()})


@lru_cache(maxsize=256)
def _spec(
    axis: Axis, unit: Unit, scale: Scale, title: str, labels: tuple[str, ...], values: tuple[str, ...], used: frozenset[str]
) -> dict[str, Any]:
    x, y = x_channel(axis, unit), y_channel(scale, title)
    picked = alt.selection_point(name="picked", fields=["series"], bind="legend")
    colour = alt.Color("series:N", scale=alt.Scale(domain=list(labels), range=list(values)), legend=broken_legend(labels))
    others = alt.Chart(alt.NamedData("others")).mark_line(order=False, color=NEUTRAL, strokeWidth=1, opacity=0.35)
    bands = alt.Chart(alt.NamedData("bands")).mark_area(order=False, line=False)
    lines = alt.Chart(alt.NamedData("lines")).mark_line(order=False, strokeWidth=1.75)
    points = alt.Chart(alt.NamedData("points")).mark_point(filled=True, size=36)
    fields = [step_field(unit), *((f"y{at}", label) for at, label in enumerate(labels))]
    faint = alt.condition(picked, alt.value(1.0), alt.value(0.12))
    layers = {
        "others": others.encode(x=x, y=y),
        "bands": bands.encode(x=x, y=y, y2="y2:Q", color=colour, opacity=alt.condition(picked, alt.value(0.2), alt.value(0.04))),
        "lines": lines.encode(x=x, y=y, color=colour, opacity=faint).add_params(zoom(), picked),
        "points": points.encode(x=x, y=y, color=colour, opacity=faint),
        "hover": hover_rules(x, fields),
    }
    return finished(layers, used)
