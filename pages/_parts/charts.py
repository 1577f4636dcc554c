"""Puts a chart on the page so that new rows keep the zoom, the tooltip and the chart itself."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Literal, TypeVar
from weakref import WeakKeyDictionary

import streamlit as st

from pages._parts import arrow
from pages._parts.text import plain_text
from trainmon import wording
from trainmon.charts import Chart
from trainmon.runs.run import Run

KEPT = 24  # views of a run: a slider that is moved makes many
STEADY = {"config": {"mark": {"aria": False}}, "usermeta": {"embedOptions": {"renderer": "svg"}}}
Made = TypeVar("Made")


class _Views:
    """What was built of one run, the last used at the end."""

    def __init__(self) -> None:
        self.built: OrderedDict[Hashable, Any] = OrderedDict()
        self.building = threading.RLock()  # who asks while a view is being built waits for it: together they would all be late


_drawn: WeakKeyDictionary[Run, _Views] = WeakKeyDictionary()


def once(run: Run, view: Hashable, build: Callable[[], Made]) -> Made:
    """Return what is built of this view of a run, once for all sessions; it goes when the run is read anew."""
    views = _drawn.get(run) or _drawn.setdefault(run, _Views())
    with views.building:
        if view not in views.built:
            views.built[view] = build()
            if len(views.built) > KEPT:
                views.built.popitem(last=False)
        views.built.move_to_end(view)
        found: Made = views.built[view]
    return found


def show(
    chart: Chart,
    key: str,
    *,
    on_select: Callable[[], None] | Literal["rerun"] = "rerun",
    selections: Sequence[str] = ("zoom",),
    hint: str = wording.HOW_TO_ZOOM,
) -> None:
    """Draw a chart with its caption; `key` names the run and the axes, so that a zoom stays with what was zoomed."""
    bare(chart, key, on_select=on_select, selections=selections)
    st.caption(plain_text(" · ".join(part for part in (chart.caption, hint) if part)))


def bare(
    chart: Chart, key: str, *, on_select: Callable[[], None] | Literal["rerun"] = "rerun", selections: Sequence[str] = ("zoom",)
) -> None:
    """Draw a chart without its caption.

    Streamlit would choose the renderer and the accessibility marks by the number of rows, and make the chart anew where a
    refresh crosses its limits: both are fixed.
    """
    st.vega_lite_chart(
        {**chart.spec, **STEADY, "datasets": dict(arrow.tables(chart))},
        width="stretch",
        key=key,
        on_select=on_select,  # as a selection the visible range outlives a refresh
        selection_mode=list(selections),
        alt=chart.description,
    )
