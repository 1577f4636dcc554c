"""What was logged of the machine: one small chart for each of process, swap, CPU, disk and GPU."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.analysis.machine import Panel
from trainmon.analysis.samples import Readings
from trainmon.analysis.series import Axis
from trainmon.charts.chart import (
    MEMORY,
    NEUTRAL,
    THIN_THOUSANDS,
    Chart,
    Unit,
    axis_title,
    colours,
    filled,
    finished,
    hover_rules,
    step_field,
    x_channel,
    y_channel,
    zoom,
)
from trainmon.charts.lines import LARGEST, Line, axis_unit, drawn_x, frame, hover_places, texts, value_at
from trainmon.charts.overlay import COLOURS
from trainmon.stats.envelope import Envelope, envelope

HEIGHT = 160
DRAWN_POINTS = 250  # a line: as much as a chart of this width can show
MOST_NAMED = 8  # lines whose values are beside the pointer


def panel_chart(panel: Panel, *, axis: Axis = "step", limit: int = DRAWN_POINTS) -> Chart | None:
    """Return one small chart; by the clock where the readings have no other place, None where they have none at all.

    More readings than can be shown are drawn as their mean, with a band from the lowest to the highest.
    """
    if not any(found.has_place(axis) for _, found in panel.lines):
        axis = "wall"
    full = [(label, line_of(found, axis)) for label, found in panel.lines]
    full = [(label, line) for label, line in full if len(line.x)]
    if not full:
        return None
    shown = [(label, line, envelope(line.x, line.y, limit)) for label, line in full]
    lines = [(label, replace(line, x=of.x, y=of.mean, step=line.step[:: of.size])) for label, line, of in shown]
    unit = axis_unit([line for _, line in full], axis)
    datasets = {
        "band": _band([(label, of) for label, _, of in shown if of.size > 1], axis, unit),
        "ceiling": _ceiling(panel),
        "lines": frame(lines, axis, unit),
        "hover": _hover(lines, axis, unit, panel.unit),
    }
    used = filled(datasets)
    labels = tuple(label for label, _ in lines)
    empty = panel.from_zero and not any(np.nan_to_num(line.y).any() for _, line in full)
    caption = wording.panel_caption(sum(line.rows for _, line in full), max(of.size for *_, of in shown))
    spec = {**_spec(axis, unit, labels, panel.from_zero, empty, used), "height": HEIGHT}
    description = wording.chart_description(panel.title, labels, axis_title(axis, unit))
    return Chart(spec, {name: table for name, table in datasets.items() if name in used}, caption, description)


def line_of(found: Readings, axis: Axis, *, zero_is_logged: bool = True) -> Line:
    """Return all points of readings that have a place on `axis`, with a gap where nothing finite was read."""
    x = found.along[axis]
    placed = np.isfinite(x)
    values, steps = found.values[placed], found.steps[placed]
    finite = np.isfinite(values)
    there = finite if zero_is_logged else finite & (values > 0)
    y = np.where(there, np.clip(values, -LARGEST, LARGEST), np.nan)
    return Line(x[placed], y, steps, int(placed.sum()), 0, int((~finite).sum()), counted=found.counted)


def _band(shown: list[tuple[str, Envelope]], axis: Axis, unit: Unit) -> pd.DataFrame:
    """Return the ranges as one long table with the columns x, low, high and series."""
    names = [label for label, _ in shown]
    x, low, high = (np.concatenate([getattr(of, part) for _, of in shown] or [np.empty(0)]) for part in ("x", "low", "high"))
    codes = np.repeat(np.arange(len(shown), dtype=np.int8), [len(of.x) for _, of in shown])
    edges = {"low": low.astype(np.float32), "high": high.astype(np.float32)}
    return pd.DataFrame({"x": drawn_x(x, axis, unit), **edges}).assign(
        series=pd.Categorical.from_codes(codes, categories=pd.Index(names))
    )


def _ceiling(panel: Panel) -> pd.DataFrame:
    return pd.DataFrame({"y": np.array([panel.ceiling] if panel.ceiling is not None else [], dtype=np.float32)})


def _hover(lines: list[tuple[str, Line]], axis: Axis, unit: Unit, of: str) -> pd.DataFrame:
    """Return what the pointer shows: where, the step, and the value of each line in words."""
    places = hover_places([line for _, line in lines])
    steps = value_at(places, lines[0][1].x, lines[0][1].step, hold=True)
    columns = {"step": [wording.count(each) for each in steps]}
    for at, (_, line) in enumerate(lines[:MOST_NAMED]):
        columns[f"value{at}"] = [wording.amount(float(each), of) for each in value_at(places, line.x, line.y)]
    return pd.DataFrame({"x": drawn_x(places, axis, unit), **{name: texts(words) for name, words in columns.items()}})


@lru_cache(maxsize=256)
def _spec(axis: Axis, unit: Unit, labels: tuple[str, ...], from_zero: bool, empty: bool, used: frozenset[str]) -> dict[str, Any]:
    x = x_channel(axis, unit).title(None)
    y = y_channel("linear", "", zero=from_zero).title(None).axis(tickCount=4, gridOpacity=0.5, labelExpr=THIN_THOUSANDS)
    if empty:  # nothing but zeros has no height of its own
        y = y.scale(domain=[0, 1])
    palette = [MEMORY] if len(labels) == 1 else [COLOURS[at % len(COLOURS)] for at in range(len(labels))]
    colour = colours(labels, palette, legend=False)
    if len(labels) > 1:  # its symbols are not to be as faint as the band
        legend = alt.Legend(orient="top", title=None, symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1, offset=4)
        colour = colour.legend(legend)
    band = alt.Chart(alt.NamedData("band")).mark_area(opacity=0.2)
    lines = alt.Chart(alt.NamedData("lines")).mark_line(order=False, strokeWidth=1.5).encode(x=x, y=y, color=colour)
    ceiling = alt.Chart(alt.NamedData("ceiling")).encode(y=y)
    fields = [step_field(unit), *((f"value{at}", label) for at, label in enumerate(labels[:MOST_NAMED]))]
    layers = {
        "band": band.encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q", color=colour),
        "ceiling": ceiling.mark_rule(strokeDash=[6, 4], strokeWidth=1.5, color=NEUTRAL),
        "lines": lines.add_params(zoom()),
        "hover": hover_rules(x, fields),
    }
    return finished(layers, used)
