"""The specification of the curves: bands above each other in one plot, each with a vertical axis of its own.

Every limit comes from the dataset "limits", so that no new row and no zoom changes the specification.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt

from trainmon.analysis.series import Axis
from trainmon.charts.chart import MAIN_HEIGHT, NEUTRAL, THIN_LABEL, THIN_THOUSANDS, Scale, Unit, hover_rules, x_channel, zoom
from trainmon.charts.lines import Window
from trainmon.charts.loss import hover_fields, loss_layers
from trainmon.charts.marks import mark_layers

SMALL_HEIGHT = 160
AXIS_HEIGHT = 58  # below the loss: numbers and title of the horizontal axis
TITLE_HEIGHT = 30
GLYPH = 6  # pixels from the edge to the middle of a glyph
LABELS = 44  # pixels for the numbers of a vertical axis, so that all bands begin at the same place
# A learning rate is 1e-5, not 0.000010.
EXTREME = "datum.value && (abs(datum.value) < 0.001 || abs(datum.value) >= 1e6)"
SHORT = f"{EXTREME} ? format(datum.value, '~e') : {THIN_THOUSANDS}"


def band_of(number: int) -> tuple[float, float]:
    """Return the top and the bottom of a band in pixels; the loss is number 0."""
    if number == 0:
        return 0.0, float(MAIN_HEIGHT)
    top = MAIN_HEIGHT + AXIS_HEIGHT + TITLE_HEIGHT + (number - 1) * (SMALL_HEIGHT + TITLE_HEIGHT)
    return float(top), float(top + SMALL_HEIGHT)


@lru_cache(maxsize=256)
def curves_spec(
    axis: Axis, unit: Unit, scale: Scale, names: tuple[str, ...], smoothed: bool, panels: int, begin: Window | None
) -> dict[str, Any]:
    """Return the specification for the loss (`names` in the legend) and a number of panels, zoomed to `begin` where given."""
    height = band_of(panels)[1]
    hidden = _x(axis, unit).axis(None)
    low, top = _x(axis, unit, offset=0), _x(axis, unit, offset=MAIN_HEIGHT - height)
    fields = hover_fields(names, unit, smoothed=smoothed)
    layers: list[Any] = [
        alt.Chart(alt.NamedData("limits")).mark_point(opacity=0, size=0),  # makes Vega keep the dataset
        *(_panel(number, hidden if number < panels else low) for number in range(1, panels + 1)),
        *(_readout(number) for number in range(1, panels + 1)),
        _titles(),
        hover_rules(
            hidden, fields, zoom(begin, across=True), _double_click()
        ),  # in an inner layer a zoom ignores where it begins
        alt.layer(*loss_layers(top, _y(scale, "loss", 0), names).values()),
        *mark_layers(hidden, MAIN_HEIGHT).values(),
        *(_edges(hidden, side) for side in ("above", "below")),
    ]
    chart = (
        alt.layer(*layers).properties(height=height).resolve_scale(y="independent").resolve_axis(x="independent", y="independent")
    )
    spec: dict[str, Any] = chart.to_dict()
    spec.pop("config", None)
    return {**spec, "autosize": {"type": "fit-x", "contains": "padding"}}


def _x(axis: Axis, unit: Unit, offset: float = 0) -> alt.X:
    channel = x_channel(axis, unit)
    look = channel["axis"]
    look["orient"], look["offset"] = "bottom", offset
    ends = [alt.ExprRef("data('limits')[0].start"), alt.ExprRef("data('limits')[0].end")]
    return channel.scale(nice=False, zero=False if axis != "wall" else alt.Undefined, padding=10, domain=ends)


def _y(scale: Scale, title: str | None, number: int) -> alt.Y:
    """Return the vertical axis of a band; what leaves it stays on its edge instead of running into the next one."""
    top, bottom = band_of(number)
    ends = [alt.ExprRef(f"data('limits')[0].{side}{number}") for side in ("low", "high")]
    labels = SHORT if number else THIN_LABEL
    look = alt.Axis(gridOpacity=0.5, orient="left", minExtent=LABELS, tickCount=4 if number else 6, labelExpr=labels)
    return alt.Y(
        "y:Q", title=title, scale=alt.Scale(type=scale, domain=ends, nice=True, clamp=True, range=[bottom, top]), axis=look
    )


def _panel(number: int, x: alt.X) -> alt.LayerChart | alt.FacetChart:
    colour = alt.Color("colour:N", scale=None)
    base = alt.Chart(alt.NamedData(f"panel{number}")).encode(x=x, y=_y("linear", None, number), color=colour)
    lines = base.mark_line(order=False, strokeWidth=1.5).encode(detail="series:N")
    return alt.layer(lines, base.mark_point(filled=True, size=20, opacity=1).transform_filter("datum.alone"))


def _titles() -> alt.Chart:
    words = alt.Chart(alt.NamedData("titles")).mark_text(align="left", baseline="bottom", dy=-8, fontSize=13, color=NEUTRAL)
    layer: alt.Chart = words.encode(x=alt.value(0), y=alt.Y("place:Q", scale=None, axis=None), text="label:N")
    return layer


def _readout(number: int) -> alt.Chart:
    """Return the value under the pointer, at the right above a panel."""
    words = alt.Chart(alt.NamedData("hover")).mark_text(align="right", baseline="bottom", dy=-8, fontSize=13, color=NEUTRAL)
    pointed = words.transform_filter({"param": "hover", "empty": False})
    layer: alt.Chart = pointed.encode(x=alt.value(alt.ExprRef("width")), y=alt.value(band_of(number)[0]), text=f"m{number}:N")
    return layer


def _double_click() -> alt.Parameter:
    """Return a selection that changes whenever the zoom is reset: Streamlit passes an empty zoom over in silence."""
    return alt.selection_point(name="reset", encodings=["x"], nearest=True, on="dblclick", clear=False, toggle=False, empty=False)


def _edges(x: alt.X, side: str) -> alt.Chart:
    """Return the marks of values beyond the limits, on the edge of their band."""
    shape = "triangle-up" if side == "above" else "triangle-down"
    marks = alt.Chart(alt.NamedData("edges")).mark_point(shape=shape, filled=True, size=40, opacity=0.9)
    layer: alt.Chart = marks.transform_filter(f"datum.side === '{side}'").encode(
        x=x,
        y=alt.Y("place:Q", scale=None, axis=None),
        color=alt.Color("colour:N", scale=None),
        tooltip=alt.Tooltip("label:N", title="off scale"),
    )
    return layer
