"""What every chart shares: its value, its colours, its axes, and the pieces that all of them are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import altair as alt
import pandas as pd

from trainmon import wording
from trainmon.analysis.series import Axis

Scale = Literal["linear", "log", "symlog"]
SCALES: tuple[Scale, ...] = ("linear", "log", "symlog")

RAW = "#56B4E9"  # lighter than train: seen faintly on white and on black
TRAIN, VALIDATION, MEMORY = "#0072B2", "#D55E00", "#009E73"  # told apart by the colour-blind too (Okabe and Ito)
VALIDATION_BY_EPOCH = "#CC79A7"
WARNING, ERROR, NEUTRAL = "#E69F00", "#CC3311", "#808080"
BEST, BEST_EDGE = "#F0C808", "#4D3F00"
STAR = "M0,-1L0.235,-0.324L0.951,-0.309L0.38,0.124L0.588,0.809L0,0.4L-0.588,0.809L-0.38,0.124L-0.951,-0.309L-0.235,-0.324Z"
MAIN_HEIGHT = 360
MOST_LETTERS = 36  # of a name in a legend: its middle gives way, as in wording.short_name
SHORT_NAME = (
    f"length(datum.label) > {MOST_LETTERS} ? "
    f"slice(datum.label, 0, {MOST_LETTERS // 2}) + '…' + slice(datum.label, {MOST_LETTERS // 2 + 1 - MOST_LETTERS}) : datum.label"
)
LEGEND_ENTRY, LETTER = 40, 6.5  # pixels of a legend's entry beside its words, and of one letter
EDGE = 10  # pixels beside the first and the last point: a star there is drawn whole
TICKS = 10
FLUSH = 2 * EDGE  # pixels from the end of the axis within which a number is written inwards: after a zoom none is cut off
DRAWN_POINTS = 1_000  # a line: what a wide screen can show, and a browser redraws without a stutter
RELATIVE_UNITS = {"s": 1.0, "min": 60.0, "h": 3_600.0}
TITLES: dict[Axis, str] = {
    "step": "global step", "epoch": "epoch", "done": "epochs trained", "relative": "training time", "wall": "clock time"
}  # fmt: skip

# The page scrolls with the wheel: zooming asks for a key (a pinch on a touchpad sends Ctrl by itself).
ZOOM_EVENT = "wheel![event.ctrlKey || event.metaKey || event.altKey]"
# A finger that drags scrolls the page, as everywhere else on it; a mouse or a pen moves the chart.
DRAG_EVENT = "[pointerdown[event.pointerType !== 'touch'], window:pointerup] > window:pointermove!"
CLOCK = {"hours": "%H:%M", "minutes": "%H:%M", "seconds": "%H:%M:%S", "date": "%d %b", "day": "%d %b", "week": "%d %b"}
THIN_THOUSANDS = f"replace(format(datum.value, ',~f'), /,/g, '{wording.THIN_SPACE}')"
THIN_LABEL = f"replace(datum.label, /,/g, '{wording.THIN_SPACE}')"  # with the decimals that the axis has chosen
APART = 8  # pixels between two numbers of an axis
# Steps have no halves, and epochs only where fewer than two are seen. A smallest step of 1 alone does not say so: some
# versions of Vega divide an axis by it and draw one tick more.
WHOLE = f"datum.value % 1 ? '' : {THIN_THOUSANDS}"
EPOCH_LABELS = f"datum.value % 1 && span(domain('x')) >= 2 ? '' : {THIN_THOUSANDS}"
WHOLE_EPOCHS = "span(domain('x')) >= 2 ? 1 : 0"


class Unit(NamedTuple):
    """How the numbers of an axis are written: training time in `time`, and `place` is what the axis of steps counts.

    Where no step was logged, that are epochs or rows.
    """

    time: str = "s"
    place: str = TITLES["step"]


PLAIN = Unit()


@dataclass(frozen=True)
class Chart:
    """A chart without its data (`spec`), the data by dataset name, a caption, and a description for screen readers.

    The specification depends on the view alone, so that new rows change the datasets and the browser keeps its chart.
    """

    spec: Mapping[str, Any]
    datasets: Mapping[str, pd.DataFrame]
    caption: str
    description: str


def x_channel(axis: Axis, unit: Unit) -> alt.X:
    """Return the horizontal axis."""
    if axis == "wall":
        return alt.X(
            "x:T",
            title=TITLES[axis],
            scale=alt.Scale(nice=False, padding=EDGE),
            axis=alt.Axis(grid=False, tickCount=TICKS, format=CLOCK, labelFlush=FLUSH, labelSeparation=APART),
        )
    title = f"{TITLES[axis]} ({unit.time})" if axis == "relative" else axis_title(axis, unit)
    steps = axis == "step"
    epochs = axis in ("epoch", "done") or (steps and unit.place == TITLES["epoch"])
    whole = alt.ExprRef(WHOLE_EPOCHS) if epochs else 1 if steps else alt.Undefined
    words = EPOCH_LABELS if epochs else WHOLE if steps else THIN_THOUSANDS
    look = alt.Axis(grid=False, labelExpr=words, tickMinStep=whole, tickCount=TICKS, labelFlush=FLUSH, labelSeparation=APART)
    return alt.X("x:Q", title=title, scale=alt.Scale(nice=False, zero=False, padding=EDGE), axis=look)


def axis_title(axis: Axis, unit: Unit) -> str:
    """Return what runs along the horizontal axis."""
    return unit.place if axis == "step" else TITLES[axis]


def step_field(unit: Unit) -> tuple[str, str]:
    """Return the column and the title of what the pointer says first: the step."""
    return "step", unit.place


def y_channel(scale: Scale, title: str, *, zero: bool = False) -> alt.Y:
    """Return the vertical axis."""
    kind = alt.Scale(type=scale) if scale == "log" else alt.Scale(type=scale, zero=zero)
    return alt.Y("y:Q", title=title, scale=kind, axis=alt.Axis(gridOpacity=0.5, labelExpr=THIN_LABEL))


def zoom(begin: tuple[float, float] | None = None, *, across: bool = False) -> alt.Parameter:
    """Return the selection that holds the visible range: as a selection it outlives a refresh of the data.

    `across` leaves the vertical axis alone; `begin` is the range that the chart is made with.
    """
    chosen: dict[str, Any] = {"encodings": ["x"]} if across else {}
    if begin is not None:
        chosen["value"] = {"x": list(begin)}
    return alt.selection_interval(name="zoom", bind="scales", zoom=ZOOM_EVENT, translate=DRAG_EVENT, **chosen)


def hover_rules(x: alt.X, fields: Sequence[tuple[str, str]], *others: alt.Parameter) -> alt.Chart:
    """Return the crosshair: rules on a coarse grid of rows, the nearest one shown with a tooltip of (column, title)."""
    nearest = alt.selection_point(name="hover", encodings=["x"], nearest=True, on="pointermove", clear="pointerout", empty=False)
    tooltip = [alt.Tooltip(f"{column}:N", title=harmless(title)) for column, title in fields]
    rules = alt.Chart(alt.NamedData("hover")).mark_rule(color=NEUTRAL, strokeWidth=1)
    shown = alt.condition(nearest, alt.value(0.6), alt.value(0))
    layer: alt.Chart = rules.encode(x=x, opacity=shown, tooltip=tooltip).add_params(nearest, *others)
    return layer


def colours(labels: Sequence[str], values: Sequence[str], *, legend: bool = True) -> alt.Color:
    """Return the colour of each series, with a legend on top."""
    key = alt.Legend(orient="top", title=None, labelExpr=SHORT_NAME, labelLimit=260, symbolType="stroke", symbolStrokeWidth=3)
    return alt.Color("series:N", scale=alt.Scale(domain=list(labels), range=list(values)), legend=key if legend else None)


def broken_legend(labels: Sequence[str]) -> alt.Legend:
    """Return a legend on top that breaks into as many lines as the width asks for."""
    entry = LEGEND_ENTRY + LETTER * min(max(map(len, labels), default=1), MOST_LETTERS)
    fitting = alt.ExprRef(f"max(1, floor(width / {entry:.0f}))")
    return alt.Legend(
        orient="top",
        title=None,
        labelExpr=SHORT_NAME,
        labelLimit=260,
        columns=fitting,
        symbolType="stroke",
        symbolStrokeWidth=3,
        symbolOpacity=1,  # else that of the bands
    )


def filled(datasets: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """Return the names of the datasets that have rows: Vega warns of a layer without any."""
    return frozenset(name for name, table in datasets.items() if len(table))


def finished(layers: Mapping[str, alt.Chart | alt.LayerChart | alt.FacetChart], used: frozenset[str]) -> dict[str, Any]:
    """Return the layers whose dataset is used as one specification of the main height."""
    chart = alt.layer(*(layer for name, layer in layers.items() if name in used)).properties(height=MAIN_HEIGHT)
    spec: dict[str, Any] = chart.to_dict()
    spec.pop("config", None)  # Altair's default look, which would win over the page's theme
    return spec


def harmless(title: str) -> str:
    """Return a name from a file without what could end a string in a Vega expression: two characters, and the ends of lines."""
    return " ".join(title.splitlines()).replace("\\", "/").replace('"', "'")
