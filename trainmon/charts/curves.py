"""All curves of one training: the loss with its marks, and every other metric below it with the same zoom and crosshair.

They are one plot whose bands share an x-axis, not several views: so it fits every width, and the pointer meets one grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.series import Axis, Stretch
from trainmon.charts.chart import DRAWN_POINTS, Chart, Scale, Unit, axis_title
from trainmon.charts.curves_spec import GLYPH, band_of, curves_spec
from trainmon.charts.joining import apart
from trainmon.charts.lines import HOVER_ROWS, Line, Window, axis_unit, drawn_x, frame, hover_places, line, texts
from trainmon.charts.loss import COLOURS, best_table, hover_rows, loss_caption, loss_tables
from trainmon.charts.loss_parts import Parts, loss_parts
from trainmon.charts.marks import Marks, every, marks_of, marks_table
from trainmon.charts.panels import Panel, panels_of
from trainmon.charts.window import from_drawn, on_axis, to_drawn
from trainmon.runs.run import Role
from trainmon.stats.arrays import Floats
from trainmon.stats.limits import extent, robust_extent
from trainmon.stats.thinning import isolated

SMALL_POINTS = 250
MARGIN = 0.04  # of the vertical range, above and below: glyphs stand on the edges


@dataclass(frozen=True, eq=False)
class Curves:
    """Every point of one view of a training, worked out once; `chart` draws what a visible range shows of it."""

    analysis: Analysis
    stretch: Stretch
    axis: Axis
    scale: Scale
    unit: Unit
    parts: Parts
    marks: tuple[Marks, ...]
    panels: tuple[Panel, ...]
    _metrics: dict[str, tuple[Line, bool]] = field(default_factory=dict)

    def metric(self, name: str) -> Line:
        """Return all points of another metric, at steps where ends of epochs are another measurement; worked out when drawn."""
        return self._metric(name)[0]

    def at_steps_alone(self, name: str) -> bool:
        """Return whether a metric is drawn without what epoch rows logged of it."""
        return self._metric(name)[1]

    def _metric(self, name: str) -> tuple[Line, bool]:
        if name not in self._metrics:
            at_steps, by_epoch = apart(self.stretch.series(name))
            self._metrics[name] = line(at_steps, self.axis), by_epoch is not None
        return self._metrics[name]

    def visible(self, edges: Sequence[float]) -> Window:
        """Return the range that the chart reports, in the units of the axis."""
        return from_drawn(edges, self.axis, self.unit)

    def from_axis(self, window: Window, old: Axis) -> Window | None:
        """Return the range of this axis that shows the same rows as a range of the `old` one."""
        roles: tuple[Role, ...] = ("train_loss", "eval_loss")
        series = next(each for each in map(self.stretch.by_role, roles) if each is not None)
        return on_axis(window, series, old, self.axis)

    def legend(self, chart: Chart, window: Window | None) -> str:
        """Return what the marks on a chart of these curves mean, "" where it has none."""
        kinds = [each.kind for each in self.marks if each.thinned(window)[1]]
        return wording.marks_legend(kinds, len(chart.datasets["edges"]) > 0)

    def columns(self, panels: Sequence[Panel]) -> list[str]:
        """Return the names of the columns that are drawn, the two losses first."""
        roles = self.stretch.run.rows.roles
        losses = [name for name in (roles.get("train_loss"), roles.get("eval_loss")) if name]
        return [*losses, *(name for panel in panels for name in panel.metrics)]

    def whole(self) -> Window:
        """Return the range in which there is anything of the loss."""
        each = [one.x for _, one in self.parts.named if len(one.x)]
        return (min(float(x.min()) for x in each), max(float(x.max()) for x in each)) if each else (0.0, 1.0)


def curves_of(analysis: Analysis, *, axis: Axis = "step", smooth: float = 0.0, scale: Scale = "linear") -> Curves | None:
    """Return the curves of the analysed stretch, None where it logged no loss."""
    parts = loss_parts(analysis, axis, scale, smooth)
    if parts is None or analysis.stretch is None:
        return None
    unit = axis_unit([each for _, each in parts.named], axis)
    panels = tuple(panels_of(analysis.stretch))
    return Curves(analysis, analysis.stretch, axis, scale, unit, parts, marks_of(analysis, axis), panels)


def curves_chart(
    curves: Curves,
    panels: Sequence[Panel] = (),
    *,
    window: Window | None = None,
    begin: Window | None = None,
    ignore_outliers: bool = False,
    limit: int = DRAWN_POINTS,
) -> Chart:
    """Return the loss and some panels as one chart, most points in the visible range `window`.

    `begin` is the range that the chart is zoomed to when it is made; only that is part of the specification.
    """
    axis, unit = curves.axis, curves.unit
    shown = curves.parts.thinned(limit, window)
    names = tuple(name for name, _ in shown.named)
    bands = [_loss_band(curves, window, ignore_outliers)]
    bands += [_panel_band(curves, panel, at, window, ignore_outliers) for at, panel in enumerate(panels, 1)]
    drawn = {name: curves.metric(name).thinned(SMALL_POINTS, window) for panel in panels for name in panel.metrics}
    places = hover_places([each for _, each in shown.named], window)
    datasets = {
        **loss_tables(shown, axis, unit),
        "best": best_table(curves.analysis, axis, unit),
        "marks": marks_table(curves.marks, axis, unit, window),
        "edges": _edges(bands, axis, unit),
        "hover": hover_rows(curves.parts, places, axis, unit).assign(
            **{f"m{at}": texts(_readouts(curves, panel, places)) for at, panel in enumerate(panels, 1)}
        ),
        "limits": _limits(curves, bands),
        "titles": _titles(curves, panels, drawn, bands[1:]),
        **{f"panel{at}": _panel_table(panel, drawn, axis, unit) for at, panel in enumerate(panels, 1)},
    }
    seen = None if begin is None else to_drawn(begin, axis, unit)
    spec = curves_spec(axis, unit, curves.scale, names, "train" in curves.parts.smoothed, len(panels), seen)
    caption = _caption(curves, shown, list(drawn.values()), bands, window, panels)
    return Chart(spec, datasets, caption, wording.chart_description("Loss", [*names, *drawn], axis_title(axis, unit)))


@dataclass(frozen=True)
class Band:
    """One of the charts: its vertical limits, and the points beyond them as x, y, step, colour and name."""

    number: int
    low: float
    high: float
    beyond: tuple[tuple[str, str, Line], ...] = ()

    @property
    def off_scale(self) -> int:
        """How many values lie beyond the limits."""
        return sum(len(each.x) for _, _, each in self.beyond)


def _loss_band(curves: Curves, window: Window | None, robust: bool) -> Band:
    parts = curves.parts
    logged = [(name, COLOURS[name], each) for name, each in parts.logged]
    smoothed = [each for name, each in parts.named if name in parts.smoothed]
    others = [] if robust else [*smoothed, *parts.ghosts]  # of all of them the bulk is within
    return _band(0, logged, others, window, robust, curves.scale)


def _panel_band(curves: Curves, panel: Panel, number: int, window: Window | None, robust: bool) -> Band:
    lines = [(name, colour, curves.metric(name)) for name, colour in zip(panel.metrics, panel.colours, strict=True)]
    return _band(number, lines, [], window, robust, "linear")


def _band(
    number: int,
    logged: Sequence[tuple[str, str, Line]],
    others: Iterable[Line],
    window: Window | None,
    robust: bool,
    scale: Scale,
) -> Band:
    """Return the limits that the visible values need; where none is visible, those of all."""
    every_line = [*(each for _, _, each in logged), *others]
    found = [_extent(_y(each, window), robust, scale) for each in every_line]
    if not any(found) and window is not None:
        return _band(number, logged, others, None, robust, scale)
    known = [each for each in found if each is not None] or [(0.1, 1.0)]
    low, high = _with_margin(min(low for low, _ in known), max(high for _, high in known), scale)
    beyond = tuple((name, colour, _beyond(each, window, low, high)) for name, colour, each in logged) if robust else ()
    return Band(number, low, high, beyond)


def _y(of: Line, window: Window | None) -> Floats:
    return of.y if window is None else of.y[of.inside(window)]


def _extent(y: Floats, robust: bool, scale: Scale) -> tuple[float, float] | None:
    if not robust:
        return extent(y)
    found = robust_extent(np.log(y) if scale == "log" else y)
    return found if found is None or scale != "log" else (float(np.exp(found[0])), float(np.exp(found[1])))


def _with_margin(low: float, high: float, scale: Scale) -> tuple[float, float]:
    if scale == "log" and low > 0:
        factor = (high / low) ** MARGIN if high > low else 1.1
        return low / factor, high * factor
    room = MARGIN * (high - low) if high > low else 0.05 * abs(low) or 1.0
    return low - room, high + room


def _beyond(of: Line, window: Window | None, low: float, high: float) -> Line:
    part = of if window is None else of.part(of.inside(window))
    return part.part(np.flatnonzero((part.y < low) | (part.y > high)))


def _edges(bands: Sequence[Band], axis: Axis, unit: Unit) -> pd.DataFrame:
    """Return a mark at the edge for values off scale: every second, fifth ... where there are many."""
    marks = [
        (band, name, colour, each, at)
        for band in bands
        for name, colour, each in band.beyond
        for at in range(0, len(each.x), every(len(each.x)))
    ]
    above = [each.y[at] > band.high for band, _, _, each, at in marks]
    tops = [band_of(band.number) for band, *_ in marks]
    places = [top + GLYPH if up else bottom - GLYPH for (top, bottom), up in zip(tops, above, strict=True)]
    labels = [wording.off_scale_at(name, float(each.y[at]), float(each.step[at]), each.counted) for _, name, _, each, at in marks]
    return pd.DataFrame(
        {
            "x": drawn_x(np.array([each.x[at] for *_, each, at in marks], dtype=np.float64), axis, unit),
            "place": np.array(places, dtype=np.float32),
            "side": texts(["above" if up else "below" for up in above]),
            "colour": texts([colour for _, _, colour, _, _ in marks]),
            "label": texts(labels),
        }
    )


def _limits(curves: Curves, bands: Sequence[Band]) -> pd.DataFrame:
    """Return the one row that says how far each axis reaches."""
    start, end = to_drawn(curves.whole(), curves.axis, curves.unit)
    ends = {f"{side}{band.number}": [value] for band in bands for side, value in (("low", band.low), ("high", band.high))}
    return pd.DataFrame({"start": [start], "end": [end], **ends})


def _titles(curves: Curves, panels: Sequence[Panel], drawn: dict[str, Line], bands: Sequence[Band]) -> pd.DataFrame:
    """Return what stands above each small chart."""
    lost = [sum(drawn[name].non_finite for name in panel.metrics) for panel in panels]
    alone = [any(map(curves.at_steps_alone, panel.metrics)) for panel in panels]
    words = [
        wording.panel_title(panel.metrics, band.off_scale, gaps, at_steps=steps)
        for panel, band, gaps, steps in zip(panels, bands, lost, alone, strict=True)
    ]
    tops = np.array([band_of(band.number)[0] for band in bands], dtype=np.float32)
    return pd.DataFrame({"place": tops, "label": texts(words)})


def _panel_table(panel: Panel, drawn: dict[str, Line], axis: Axis, unit: Unit) -> pd.DataFrame:
    lines = [drawn[name] for name in panel.metrics]
    table = frame(list(zip(panel.metrics, lines, strict=True)), axis, unit)
    alone = np.concatenate([np.isfinite(each.y) if len(each.x) <= HOVER_ROWS else isolated(each.y) for each in lines])
    colours = [colour for colour, each in zip(panel.colours, lines, strict=True) for _ in each.x]
    return table.assign(colour=texts(colours), alone=alone)


def _readouts(curves: Curves, panel: Panel, places: Floats) -> list[str]:
    columns = [curves.metric(name).at(places) for name in panel.metrics]
    return [wording.readout(panel.words, [float(value) for value in values]) for values in zip(*columns, strict=True)]


def _range(window: Window, curves: Curves) -> str:
    """Return the range in words: the clock in seconds, all else as it is drawn."""
    axis, unit = curves.axis, curves.unit
    start, end = window if axis == "wall" else to_drawn(window, axis, unit)
    return wording.visible_range(start, end, axis, axis_title(axis, unit), unit.time)


def _caption(
    curves: Curves, shown: Parts, others: Sequence[Line], bands: Sequence[Band], window: Window | None, panels: Sequence[Panel]
) -> str:
    beyond = bands[0].off_scale
    below = wording.panels_caption(
        sum(each.drawn for each in others), sum(each.rows for each in others), len(curves.panels), len(panels)
    )
    parts = [
        _range(window, curves) if window is not None else "",
        loss_caption(shown),
        wording.off_scale(beyond) if beyond else "",
        wording.thinned_marks({each.kind: each.thinned(window) for each in curves.marks}),
        below if panels else "",
    ]
    return " · ".join(part for part in parts if part)
