"""The curves as a picture: what the page shows of them, on white."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from trainmon import wording
from trainmon.charts.curves import Curves, curves_chart
from trainmon.charts.lines import Window
from trainmon.charts.loss import point_words
from trainmon.charts.panels import Panel
from trainmon.reports.still import Spec, png, records, svg

WIDTH = 1_000
LETTERS = 150  # of the caption in a line


def curves_picture(
    curves: Curves,
    panels: Sequence[Panel] = (),
    *,
    window: Window | None = None,
    ignore_outliers: bool = False,
    vector: bool = False,
) -> bytes:
    """Return the visible part of the curves as a PNG picture, or as SVG where it is to be a `vector` one."""
    chart = curves_chart(curves, panels, window=window, begin=window, ignore_outliers=ignore_outliers)
    best = curves.analysis.best
    star = [wording.starred(point_words(best))] if best is not None else []
    lines = [*star, *wrap(chart.caption, LETTERS), *wrap(curves.legend(chart, window), LETTERS)]
    spec: Spec = {
        **chart.spec,
        "datasets": {name: records(table) for name, table in chart.datasets.items()},
        "title": {"text": f"Loss: {curves.analysis.run.name}", "subtitle": lines},
        "width": WIDTH,
    }
    return svg(spec) if vector else png(spec)
