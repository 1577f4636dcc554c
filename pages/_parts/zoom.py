"""The visible range of a chart: it lives in the address, the browser zooms, and Python only listens.

A chart is made with the range of the address, once. After that the browser holds the range and reports it here, so the
specification never changes under a zoom; only where the address changes by itself (Back, a link, Reset) is the chart made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from trainmon.charts.lines import Window
from trainmon.charts.window import parsed, written
from trainmon.series import Axis

PARAMETER = "range"
STATE = "zoom_state"
# A double click empties the zoom. Streamlit tells an emptied zoom from an untouched one by this second selection alone.
SELECTIONS = ["zoom", "reset"]


@dataclass(frozen=True)
class _Made:
    """A chart as it was made: of what, the how-manieth, with which range; and the newest range that it reported."""

    of: str
    axis: Axis
    number: int
    begin: Window | None
    reported: str

    @property
    def key(self) -> str:
        return f"{self.of}_{self.axis}_{self.number}"


def asked() -> Window | None:
    """Return the visible range that the address names, in the units of the axis."""
    return parsed(st.query_params.get(PARAMETER, ""))


def settle(of: str, axis: Axis, convert: Callable[[Window, Axis], Window | None]) -> tuple[str, Window | None]:
    """Return the key of the chart of something on an axis, and the range that it was made with.

    Where the axis changed, `convert` says which range of the new one shows the same rows.
    """
    made: _Made | None = st.session_state.get(STATE)
    if made is not None and made.of == of and made.axis != axis and made.key in st.session_state:
        before = asked()
        _write(convert(before, made.axis) if before is not None else None)
    text = st.query_params.get(PARAMETER, "")
    same = made is not None and (made.of, made.axis, made.reported) == (of, axis, text) and made.key in st.session_state
    if made is None or not same:
        made = _Made(of, axis, made.number + 1 if made is not None else 0, asked(), text)
        st.session_state[STATE] = made
    return made.key, made.begin


def listen(key: str, visible: Callable[[Sequence[float]], Window]) -> Callable[[], None]:
    """Return what is to be called when the chart reports its range: it goes into the address."""

    def changed() -> None:
        edges = st.session_state[key]["selection"]["zoom"].get("x")
        _write(visible(edges) if edges else None)
        made: _Made | None = st.session_state.get(STATE)
        if made is not None and made.key == key:
            st.session_state[STATE] = replace(made, reported=st.query_params.get(PARAMETER, ""))

    return changed


def reset() -> None:
    """Show everything again."""
    _write(None)


def _write(window: Window | None) -> None:
    if window is not None and window[0] < window[1]:
        st.query_params[PARAMETER] = written(window)
    elif PARAMETER in st.query_params:
        del st.query_params[PARAMETER]
