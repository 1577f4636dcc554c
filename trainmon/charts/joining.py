"""What is joined to a line and what is not: runs after each other, and what steps and ends of epochs measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trainmon.analysis.series import Axis, Series, as_slice
from trainmon.charts.chart import Scale
from trainmon.charts.lines import Line, line
from trainmon.runs.run import EPOCH
from trainmon.stats.arrays import Mask


def apart(series: Series) -> tuple[Series, Series | None]:
    """Return a series, and what epoch rows logged of it by itself where an epoch's end and the step there say different things.

    They are two measurements then (of some batches, of all): joined, they would make a stroke upright at each epoch.
    """
    run = series.stretch.run
    of_epoch = run.rows.phase[as_slice(series.rows)] == EPOCH
    before = np.flatnonzero(of_epoch) - 1
    before = before[(before >= 0) & ~of_epoch[before]]
    shared = before[run.global_step[series.rows[before]] == run.global_step[series.rows[before + 1]]]
    one, other = series.values[shared], series.values[shared + 1]
    if not (np.isfinite(one) & np.isfinite(other) & (one != other)).any():
        return series, None
    return _part(series, ~of_epoch), _part(series, of_epoch)


def whole_line(series: Series, axis: Axis, *, weight: float = 0.0, scale: Scale = "linear") -> Line:
    """Return a series as one line; where it is two measurements it breaks between them."""
    lines = [line(each, axis, weight=weight, scale=scale) for each in apart(series) if each is not None]
    return in_turn([each for each in lines if len(each.x)] or lines[:1])


def in_turn(lines: Sequence[Line]) -> Line:
    """Return several lines as one that breaks between them."""
    if len(lines) == 1:
        return lines[0]
    gap = np.array([np.nan])
    x, y, step = (
        np.concatenate([part for each in lines for part in (getattr(each, name), end(each))])
        for name, end in (("x", lambda each: each.x[-1:]), ("y", lambda _: gap), ("step", lambda each: each.step[-1:]))
    )
    totals = {name: sum(getattr(each, name) for each in lines) for name in ("rows", "hidden", "non_finite")}
    return replace(lines[0], x=x, y=y, step=step, **totals)


def _part(series: Series, wanted: Mask) -> Series:
    return Series(series.stretch, series.metric, series.rows[wanted], series.values[wanted])
