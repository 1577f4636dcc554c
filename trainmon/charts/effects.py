"""A setting against the result of each run: numbers along an axis, logarithmic where they span decades, others side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.charts.chart import EDGE, NEUTRAL, THIN_THOUSANDS, ZOOM_EVENT, Chart, finished, harmless, y_channel
from trainmon.charts.lines import LARGEST, texts
from trainmon.comparison import Comparison
from trainmon.comparison.effects import Effect
from trainmon.stats.arrays import Floats

DECADE = 10.0  # from this ratio on numbers stand on a logarithmic axis: learning rates and sizes are tried in factors
OTHER = "other"
AS_SETTING = f"abs(datum.value) > 0 && abs(datum.value) < 0.001 ? format(datum.value, '~e') : {THIN_THOUSANDS}"


def effect_chart(comparison: Comparison, effect: Effect, colour_of: Mapping[int, str], *, strongest_of: int = 0) -> Chart:
    """Return a setting against the results, a point for each run in the colour of its side (`colour_of`, grey for others).

    `strongest_of` says of how many settings this one was chosen for its correlation, 0 where a person chose it.
    """
    entries = [comparison.entries[at] for at in effect.runs]
    in_front = [entry.side in colour_of for entry in entries]
    sides = list(dict.fromkeys(entry.side for entry, front in zip(entries, in_front, strict=True) if front))
    names = {side: comparison.sides[side].label for side in sides}
    shown = [wording.short_setting(value) for value in effect.values]
    table = pd.DataFrame(
        {
            "x": effect.numbers if effect.numbers is not None else texts(shown),
            "y": np.clip(effect.results, -LARGEST, LARGEST).astype(np.float32),
            "series": texts([names.get(entry.side, OTHER) for entry in entries]),
            "run": texts([entry.label for entry in entries]),
            "setting": texts(shown),
            "result": texts([wording.loss(value) for value in effect.results]),
        }
    )
    spec = _spec(
        harmless(effect.key),
        _result(comparison),
        _scale(effect.numbers),
        (*names.values(), OTHER),
        (*(colour_of[side] for side in sides), NEUTRAL),
    )
    without = len(comparison.entries) - len(entries)
    caption = wording.effect_caption(effect.correlation, len(entries), strongest_of, without)
    return Chart(spec, {"runs": table}, caption, wording.effect_description(effect.key, comparison.metric, len(entries)))


def _result(comparison: Comparison) -> str:
    at = comparison.position
    if at is None or comparison.ranked_by == "best":
        return f"best {comparison.metric}"
    return f"{comparison.metric} {at.words}"


def _scale(numbers: Floats | None) -> str:
    if numbers is None:
        return "words"
    return "log" if numbers.min() > 0 and numbers.max() / numbers.min() >= DECADE else "linear"


@lru_cache(maxsize=64)
def _spec(setting: str, result: str, kind: str, labels: Sequence[str], colours: Sequence[str]) -> dict[str, Any]:
    if kind == "words":
        x = alt.X("x:N", title=setting, axis=alt.Axis(labelAngle=0, labelLimit=160, labelOverlap=True, grid=False))
    else:
        scale = (
            alt.Scale(type="log", nice=False, padding=EDGE) if kind == "log" else alt.Scale(zero=False, nice=False, padding=EDGE)
        )
        x = alt.X("x:Q", title=setting, scale=scale, axis=alt.Axis(grid=False, labelExpr=AS_SETTING))
    moved: list[Literal["x", "y"]] = ["y"] if kind == "words" else ["x", "y"]
    zoom = alt.selection_interval(name="zoom", bind="scales", encodings=moved, zoom=ZOOM_EVENT)
    titles = (("run", "run"), ("setting", setting), ("result", result))
    points = (
        alt.Chart(alt.NamedData("runs"))
        .mark_point(filled=True, size=90, opacity=0.85)
        .encode(
            x=x,
            y=y_channel("linear", result),
            color=alt.Color("series:N", scale=alt.Scale(domain=list(labels), range=list(colours)), legend=None),
            tooltip=[alt.Tooltip(f"{field}:N", title=title) for field, title in titles],
        )
        .add_params(zoom)
    )
    return finished({"runs": points}, frozenset({"runs"}))
