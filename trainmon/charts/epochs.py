"""Mean train loss and last validation loss of each epoch."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.epochs import epoch_means
from trainmon.charts.chart import (
    APART,
    EDGE,
    MAIN_HEIGHT,
    TICKS,
    TRAIN,
    VALIDATION,
    WHOLE,
    Chart,
    colours,
    y_channel,
    zoom,
)
from trainmon.charts.lines import texts

COLOURS = {"train, mean": TRAIN, "validation, last": VALIDATION}


def epoch_chart(analysis: Analysis) -> Chart | None:
    """Return the mean loss of each epoch of the analysed stretch, None where no epoch or no loss was logged.

    None too where epochs alone are counted: the loss chart is that already.
    """
    stretch = analysis.stretch
    means = epoch_means(stretch) if stretch is not None and stretch.counted != "epoch" else None
    if means is None:
        return None
    columns = {"train, mean": means.train, "validation, last": means.validation}
    lines = {name: np.isfinite(values) for name, values in columns.items() if np.isfinite(values).any()}
    table = pd.DataFrame(
        {
            "x": np.concatenate([means.epoch[there] for there in lines.values()]),
            "y": np.concatenate([columns[name][there] for name, there in lines.items()]),
            "series": texts([name for name, there in lines.items() for _ in range(int(there.sum()))]),
        }
    )
    description = wording.chart_description("Loss of each epoch", list(lines), "epoch")
    return Chart(_spec(tuple(lines)), {"epochs": table}, wording.epoch_caption(means.logged), description)


@lru_cache(maxsize=16)
def _spec(names: tuple[str, ...]) -> dict[str, Any]:
    look = alt.Axis(grid=False, labelExpr=WHOLE, tickMinStep=1, tickCount=TICKS, labelSeparation=APART)
    x = alt.X("x:Q", title="epoch", scale=alt.Scale(nice=False, zero=False, padding=EDGE), axis=look)
    colour = colours(names, [COLOURS[name] for name in names])
    titles = (("series:N", "loss", ""), ("x:Q", "epoch", "~f"), ("y:Q", "value", ".4f"))
    tooltip = [alt.Tooltip(field, title=title, format=form) for field, title, form in titles]
    base = alt.Chart(alt.NamedData("epochs")).encode(x=x, y=y_channel("linear", "loss"), color=colour, tooltip=tooltip)
    lines = base.mark_line(order=False, strokeWidth=2).add_params(zoom())
    chart = alt.layer(lines, base.mark_point(filled=True, size=60, opacity=1))
    spec: dict[str, Any] = chart.properties(height=MAIN_HEIGHT).to_dict()
    spec.pop("config", None)
    return spec
