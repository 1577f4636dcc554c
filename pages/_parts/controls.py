"""The controls that several pages share; each lives in the address bar under its own name.

Their words are the values in the address: Streamlit writes there what a button is labelled with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import streamlit as st

from trainmon import wording
from trainmon.analysis.series import AXES, Axis
from trainmon.charts.chart import SCALES, Scale
from trainmon.charts.panels import MOST, Panel, chosen_panels

Word = TypeVar("Word", bound=str)
METRICS = "metrics"


def choice(label: str, options: tuple[Word, ...], key: str, words: str = "", *, show_label: bool = True) -> Word:
    """Return which of the options is chosen, the first one to begin with; `words` explain them."""
    chosen = st.segmented_control(
        label,
        options,
        default=options[0],
        required=True,
        key=key,
        bind="query-params",
        help=words or None,
        label_visibility="visible" if show_label else "collapsed",
    )
    return chosen or options[0]  # an address with nothing behind `x=` clears even what has to be chosen


def axis() -> Axis:
    """Return what runs along the horizontal axis."""
    return choice("Horizontal axis", AXES, "x", "relative: time of training, without pauses; wall: the clock")


def scale() -> Scale:
    """Return the scale of the vertical axis."""
    return choice("Vertical axis", SCALES, "scale", "log hides values of 0 and below; symlog shows them")


def smoothing() -> float:
    """Return the weight of the moving average: 0 shows the loss as it was logged."""
    words = "The share that the past keeps at each row (debiased exponential moving average); short lines stay as logged"
    return st.slider("Smoothing", 0.0, 0.999, 0.6, 0.001, format="%.3f", key="smooth", bind="query-params", width=200, help=words)


def ignore_outliers() -> bool:
    """Return whether single values far off may lie beyond the edges of the charts."""
    words = "Fits the vertical axes to the bulk of the values; what lies beyond is counted and marked at the edge"
    return st.toggle("Ignore outliers", key="outliers", bind="query-params", help=words)


def metrics(panels: Sequence[Panel]) -> list[Panel]:
    """Return the panels that are chosen, the first 12 where none is; the address names them by their first metric."""
    options = {panel.key: panel for panel in panels}
    _name_panels(options)
    picked = st.multiselect(
        "Metrics",
        list(options),
        key=METRICS,
        bind="query-params",
        placeholder=wording.metrics_placeholder(len(panels), MOST),
        help="Small charts below the loss; train and validation of one metric are drawn together",
        width=360,
    )
    return chosen_panels(panels, picked)


def _name_panels(options: Mapping[str, Panel]) -> None:
    """Let a link name any metric of a panel, and several of them with commas between: the list knows only first names."""
    if METRICS in st.session_state or METRICS not in st.query_params:
        return
    first = {metric: key for key, panel in options.items() for metric in panel.metrics}
    named = st.query_params.get_all(METRICS)
    asked = [name for text in named for name in ([text] if text in first else text.split(","))]
    wanted = list(dict.fromkeys(first[name] for name in asked if name in first))
    if wanted != named:
        st.session_state[METRICS] = wanted
