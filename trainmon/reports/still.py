"""Charts as pictures: the specification of the page without what needs a pointer, on white, drawn by vl-convert."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import vl_convert

from trainmon.charts import Chart

Spec = dict[str, Any]

SCALE = 2.5  # pixels a unit: about 240 dpi where a chart is printed as wide as an A4 page
INK, FAINT, LINE = "#1B2733", "#5B6875", "#DCE2E8"
LOOK: Spec = {
    "background": "white",
    "padding": 20,
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": FAINT, "titleColor": INK, "domainColor": LINE, "tickColor": LINE, "gridColor": LINE,
        "labelFontSize": 12, "titleFontSize": 13, "titleFontWeight": "normal", "titlePadding": 8,
    },
    "legend": {"labelColor": INK, "labelFontSize": 13, "padding": 4},
    "title": {
        "anchor": "start", "color": INK, "fontSize": 17, "subtitleColor": FAINT, "subtitleFontSize": 12,
        "offset": 12, "subtitlePadding": 6, "limit": 900,
    },
}  # fmt: skip


def png(spec: Spec, scale: float = SCALE) -> bytes:
    """Return a specification as a PNG picture, `scale` pixels a unit; nothing is fetched from anywhere."""
    drawn: bytes = vl_convert.vegalite_to_png(spec, scale=scale, config=LOOK, allowed_base_urls=[])
    return drawn


def svg(spec: Spec) -> bytes:
    """Return a specification as an SVG picture; nothing is fetched from anywhere."""
    drawn: str = vl_convert.vegalite_to_svg(spec, config=LOOK, allowed_base_urls=[])
    return drawn.encode()


def still(chart: Chart, *, title: str, lines: tuple[str, ...] = (), width: int, height: int) -> Spec:
    """Return a chart as a specification with its data in it, which can stand beside others."""
    shown: Spec = {"text": title, "subtitle": list(lines)} if lines else {"text": title}
    spec = _standing_alone(_without_pointer(dict(chart.spec)), chart.datasets)
    return {**spec, "title": shown, "width": width, "height": height}


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as Vega takes them; what is not finite is null."""
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records", date_format="iso"))
    return rows


def _without_pointer(spec: Spec) -> Spec:
    """Return a specification without zoom, crosshair and the parameters of both."""
    layers = [layer for layer in spec.get("layer", []) if layer.get("data") != {"name": "hover"}]
    kept = {key: value for key, value in spec.items() if key != "params"}
    return {**kept, "layer": [{key: value for key, value in layer.items() if key != "params"} for layer in layers]}


def _standing_alone(part: Any, datasets: Mapping[str, pd.DataFrame]) -> Any:
    """Return a part of a specification with rows in the place of a dataset's name, and with the legend below.

    On top it would stand above the title as soon as several charts share a picture.
    """
    if isinstance(part, list):
        return [_standing_alone(each, datasets) for each in part]
    if not isinstance(part, Mapping):
        return part
    found = {key: _standing_alone(value, datasets) for key, value in part.items()}
    if isinstance(name := (part.get("data") or {}).get("name"), str):
        found["data"] = {"values": records(datasets[name])}
    if isinstance(part.get("legend"), Mapping):
        found["legend"] = {**part["legend"], "orient": "bottom"}
    return found
