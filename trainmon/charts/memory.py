"""Available memory along a training: its trend with the band in which readings lie, and the lines that it should stay above."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.memory import WARNING_MB, Memory
from trainmon.analysis.series import Axis
from trainmon.charts.chart import (
    DRAWN_POINTS,
    ERROR,
    MEMORY,
    NEUTRAL,
    WARNING,
    Chart,
    Unit,
    axis_title,
    filled,
    finished,
    hover_rules,
    step_field,
    x_channel,
    y_channel,
    zoom,
)
from trainmon.charts.lines import Line, axis_unit, drawn_x, frame, hover_table, texts
from trainmon.charts.machine import line_of
from trainmon.stats.arrays import Floats
from trainmon.stats.outlook import Outlook
from trainmon.stats.thinning import isolated

TREND_POINTS = 41
MOST_AHEAD = 4.0  # times the part that was logged: beyond it the readings themselves would shrink to a corner


def memory_chart(analysis: Analysis, *, axis: Axis = "step", limit: int = DRAWN_POINTS) -> Chart | None:
    """Return the available memory of the analysed stretch, None where none was logged."""
    memory = analysis.memory
    full = line_of(memory.readings, axis, zero_is_logged=False) if memory is not None else None
    if memory is None or full is None or not len(full.x):
        return None
    drawn = full.thinned(limit)
    unit = axis_unit([drawn], axis)
    alone = isolated(drawn.y)
    points = Line(drawn.x[alone], drawn.y[alone], drawn.step[alone], int(alone.sum()), 0, 0)
    datasets = {
        "band": _trend(memory, full, axis, unit, over=analysis.state.over),
        "lines": frame([("memory", drawn)], axis, unit),
        "points": frame([("memory", points)], axis, unit),
        "limits": _limits(memory),
        "hover": hover_table(drawn, axis, unit, "memory", wording.memory),
    }
    description = wording.chart_description("Available memory", ["MB"], axis_title(axis, unit))
    datasets = {name: table for name, table in datasets.items() if name in filled(datasets)}
    caption = wording.chart_caption(drawn=len(drawn.x), rows=drawn.rows, non_finite=drawn.non_finite)
    caption = f"{caption} · {wording.TREND_CAPTION}" if "band" in datasets else caption
    return Chart(_spec(axis, unit, frozenset(datasets)), datasets, caption, description)


def _limits(memory: Memory) -> pd.DataFrame:
    """Return the line at the limit, and the 5 GB line only where it says something: on a small machine it would warn for ever."""
    lines = [(memory.limit, wording.lowest_memory_limit(memory.limit), ERROR, "left")]
    lines += [(WARNING_MB, wording.LOW_MEMORY, WARNING, "right")] if memory.ever_above_5gb else []
    values, *words = zip(*lines, strict=True)
    columns = {name: texts(column) for name, column in zip(("label", "colour", "side"), words, strict=True)}
    return pd.DataFrame({"y": np.array(values, dtype=np.float32), **columns})


def _trend(memory: Memory, full: Line, axis: Axis, unit: Unit, *, over: bool) -> pd.DataFrame:
    """Return the trend and its band, on the global step into the future; without rows where the trend cannot be told.

    Both end at what the machine has; where that is not known, at the highest reading, and so the axis too.
    """
    ahead = memory.outlook
    if ahead is None:
        return pd.DataFrame({"x": [], "y": [], "low": [], "high": []})
    begin, now = ahead.line.begin, ahead.line.end
    end = now if over or axis != "step" else _far(ahead, now - float(full.x.min()))
    steps = np.unique(np.append(np.linspace(begin, end, TREND_POINTS), now))
    x = steps if axis == "step" else _placed(steps, full)
    low, high = ahead.line.band(steps)
    line = np.array([ahead.line.at(step) for step in steps])
    most = memory.machine or memory.highest
    heights = {name: np.clip(y, 0, most).astype(np.float32) for name, y in (("low", low), ("high", high))}
    heights["y"] = np.where((line > 0) & (line <= most), line, np.nan).astype(np.float32)
    known = np.isfinite(x)
    return pd.DataFrame({"x": drawn_x(x, axis, unit), **heights})[known] if known.all() else pd.DataFrame(columns=["x"])


def _far(ahead: Outlook, logged: float) -> float:
    """Return up to where the trend is drawn: to the limit or the plan's end where these are near, else a little way."""
    now, farthest = ahead.line.end, ahead.line.end + MOST_AHEAD * logged
    if ahead.reach is not None and ahead.prospect in ("reaches", "may_reach"):
        return float(min(ahead.reach.high, farthest)) if ahead.reach.at <= farthest else now + logged
    return ahead.horizon if ahead.planned and now < ahead.horizon <= farthest else now


def _placed(steps: Floats, full: Line) -> Floats:
    """Return where steps stand on the axis of a line."""
    known = np.isfinite(full.step)
    order = np.argsort(full.step[known], kind="stable")
    return np.interp(steps, full.step[known][order], full.x[known][order]) if known.any() else np.full(len(steps), np.nan)


@lru_cache(maxsize=64)
def _spec(axis: Axis, unit: Unit, used: frozenset[str]) -> dict[str, Any]:
    x, y = x_channel(axis, unit), y_channel("linear", "available memory (MB)", zero=True)
    limits = alt.Chart(alt.NamedData("limits")).encode(y=y, color=alt.Color("colour:N", scale=None))
    band = alt.Chart(alt.NamedData("band"))
    edges = alt.Y("low:Q", title="available memory (MB)"), alt.Y2("high:Q")
    trend = alt.layer(
        band.mark_area(color=NEUTRAL, opacity=0.18).encode(x=x, y=edges[0], y2=edges[1]),
        band.mark_line(color=NEUTRAL, strokeDash=[7, 4], strokeWidth=2).encode(x=x, y=y),
    )
    lines = alt.Chart(alt.NamedData("lines")).mark_line(order=False, color=MEMORY, strokeWidth=1.75).encode(x=x, y=y)
    points = alt.Chart(alt.NamedData("points")).mark_point(color=MEMORY, filled=True, size=36, opacity=1).encode(x=x, y=y)
    fields = [step_field(unit), ("memory", "available memory")]
    layers = {
        "band": trend,
        "limits": alt.layer(limits.mark_rule(strokeDash=[6, 4], strokeWidth=1.5), *_limit_names(limits)),
        "lines": lines.add_params(zoom()),
        "points": points,
        "hover": hover_rules(x, fields),
    }
    return finished(layers, used)


def _limit_names(limits: alt.Chart) -> list[alt.Chart]:
    """Return what stands on the lines, at either end: on a large machine the lines are closer than their names are high."""
    ends: tuple[tuple[Literal["left", "right"], int | str, int], ...] = (("left", 0, 4), ("right", "width", -4))
    return [
        limits.mark_text(align=side, baseline="bottom", dx=dx, dy=-3, fontSize=12)
        .encode(x=alt.value(x), text="label:N")
        .transform_filter(f"datum.side === '{side}'")
        for side, x, dx in ends
    ]
