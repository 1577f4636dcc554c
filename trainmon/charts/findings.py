"""Marks on a chart where findings begin."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.series import Axis, Series
from trainmon.charts.chart import WARNING, Unit
from trainmon.charts.lines import drawn_x, texts
from trainmon.diagnosis.checks import BY_KIND
from trainmon.stats.arrays import Floats

MOST_MARKS = 10  # of one finding: more of them hide the line


def finding_marks(analysis: Analysis, axis: Axis, unit: Unit, start: float) -> pd.DataFrame:
    """Return where on `axis` the findings about the loss begin, from `start` on, with their titles."""
    x, words = finding_places(analysis, axis)
    seen = x >= start
    labels = [word for word, shown in zip(words, seen, strict=True) if shown]
    return pd.DataFrame({"x": drawn_x(x[seen], axis, unit), "label": texts(labels)})


def finding_places(analysis: Analysis, axis: Axis) -> tuple[Floats, list[str]]:
    """Return where on `axis` the findings about the loss begin, and their titles."""
    places, words = [], []
    if analysis.stretch is not None:
        for finding in analysis.diagnosis.findings:
            if not BY_KIND[finding.kind].marked or finding.severity == "info":
                continue
            rows = np.array(finding.rows[:MOST_MARKS], dtype=np.int64)
            x = Series(analysis.stretch, "", rows, np.zeros(len(rows))).x(axis)
            places.append(x[np.isfinite(x)])
            words += [wording.finding_words(finding).title] * len(places[-1])
    return np.concatenate(places) if places else np.empty(0), words


def finding_rules(x: alt.X) -> alt.Chart:
    """Return the layer of the marks: dashed rules with the finding's title."""
    rules = alt.Chart(alt.NamedData("findings")).mark_rule(color=WARNING, strokeDash=[4, 3], strokeWidth=1.5, opacity=0.8)
    layer: alt.Chart = rules.encode(x=x, tooltip=[alt.Tooltip("label:N", title="finding")])
    return layer
