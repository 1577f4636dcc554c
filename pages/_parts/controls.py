"""The controls that several pages share; each lives in the address bar under its own name.

Their words are the values in the address: Streamlit writes there what a button is labelled with.
"""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

from trainmon.charts.chart import SCALES, Scale
from trainmon.series import AXES, Axis

Word = TypeVar("Word", bound=str)


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
    words = "The share that the past keeps at each row (debiased exponential moving average)"
    return st.slider("Smoothing", 0.0, 0.999, 0.6, 0.001, format="%.3f", key="smooth", bind="query-params", width=200, help=words)
