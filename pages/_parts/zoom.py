"""The visible range of a chart: it lives in the address, the browser zooms, and Python only listens.

A chart is made with the range of the address, once. After that the browser holds the range and reports it here, so the
specification never changes under a zoom; only where the address changes by itself (Back, a link, Reset) is the chart made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from trainmon.analysis.series import Axis
from trainmon.charts.lines import Window
from trainmon.charts.window import parsed, written

PARAMETER = "range"
MADE, ENTERED = "zoom_made", "zoom_entered"
# A double click empties the zoom. Streamlit tells an emptied zoom from an untouched one by this second selection alone.
SELECTIONS = ["zoom", "reset"]


@dataclass(frozen=True)
class Made:
    """A chart as it was made: of what, the how-manieth, with which range; and the newest range, as text, that it reported."""

    of: str
    axis: Axis
    number: int
    begin: Window | None
    reported: str

    @property
    def key(self) -> str:
        """The key of the chart's element."""
        return f"{self.of}_{self.axis}_{self.number}"

    @property
    def window(self) -> Window | None:
        """The visible range in the units of the axis, None where everything is visible."""
        return parsed(self.reported)


def page_runs() -> None:
    """Note that the whole page runs: now the address may say something new.

    A fragment that runs by itself may still be told the address from before the last zoom.
    """
    st.session_state[ENTERED] = True


def settle(of: str, axis: Axis, convert: Callable[[Window, Axis], Window | None]) -> Made:
    """Return the chart of something on an axis; where the axis changed, `convert` says which range shows the same rows."""
    made: Made | None = st.session_state.get(MADE)
    entered = st.session_state.pop(ENTERED, False)
    mounted = made is not None and made.key in st.session_state
    if made is not None and mounted and made.of == of and made.axis != axis:
        _write(convert(made.window, made.axis) if made.window is not None else None)
    text = st.query_params.get(PARAMETER, "")
    if made is None or not mounted or (made.of, made.axis) != (of, axis) or (entered and made.reported != text):
        made = Made(of, axis, made.number + 1 if made is not None else 0, parsed(text), text)
        st.session_state[MADE] = made
    return made


def listen(made: Made, visible: Callable[[Sequence[float]], Window]) -> Callable[[], None]:
    """Return what is to be called when the chart reports its range: it goes into the address."""

    def changed() -> None:
        edges = st.session_state[made.key]["selection"]["zoom"].get("x")
        _write(visible(edges) if edges else None)
        st.session_state[MADE] = replace(made, reported=st.query_params.get(PARAMETER, ""))

    return changed


def reset() -> None:
    """Show everything again, in a chart made anew."""
    _write(None)
    if MADE in st.session_state:
        st.session_state[MADE] = replace(st.session_state[MADE], of="")


def _write(window: Window | None) -> None:
    if window is not None and window[0] < window[1]:
        st.query_params[PARAMETER] = written(window)
    elif PARAMETER in st.query_params:
        del st.query_params[PARAMETER]
