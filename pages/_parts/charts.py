"""Puts a chart on the page so that new rows keep the zoom, the tooltip and the chart itself."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from weakref import WeakKeyDictionary

import streamlit as st

from pages._parts import arrow
from pages._parts.text import plain_text
from trainmon import wording
from trainmon.charts import Chart
from trainmon.run import Run

_drawn: WeakKeyDictionary[Run, dict[Hashable, Chart | None]] = WeakKeyDictionary()


def once(run: Run, view: Hashable, build: Callable[[], Chart | None]) -> Chart | None:
    """Return the chart of this view of a run, built once for all sessions; it goes when the run is read anew."""
    charts = _drawn.setdefault(run, {})
    if view not in charts:
        charts[view] = build()
    return charts[view]


def show(chart: Chart, key: str) -> None:
    """Draw a chart with its caption; `key` names the run and the axes, so that a zoom stays with what was zoomed."""
    st.vega_lite_chart(
        {**chart.spec, "datasets": dict(arrow.tables(chart))},
        width="stretch",
        key=key,
        on_select="rerun",  # as a selection the visible range outlives a refresh
        selection_mode=["zoom"],
        alt=chart.description,
    )
    st.caption(plain_text(f"{chart.caption} · {wording.HOW_TO_ZOOM}"))
