"""Memory usage: will it fit, is it leaking."""

from __future__ import annotations

import streamlit as st

from pages._parts import cards, charts, controls, frame
from pages._parts.run_picker import Chosen
from trainmon import wording
from trainmon.charts import memory_chart


def draw(chosen: Chosen) -> None:
    """Draw the available memory, or say what to log."""
    analysis = chosen.analysis()
    frame.header(analysis)
    memory = analysis.memory
    if memory is None:
        st.info(wording.NO_MEMORY, icon=":material/memory:")
        st.code(wording.LOG_MEMORY, language="python")
        return
    cards.row(
        [
            ("Available, newest", wording.memory(memory.latest), wording.readings(memory.count)),
            ("Lowest", wording.memory(memory.lowest), wording.at_global_step(memory.lowest_global_step)),
            ("Mean", wording.memory(memory.mean), ""),
            ("Highest", wording.memory(memory.highest), ""),
        ]
    )
    axis = controls.axis()
    chart = charts.once(chosen.run, (chosen.key, chosen.until, "memory", axis), lambda: memory_chart(analysis, axis=axis))
    if chart is not None:
        charts.show(chart, key=f"memory_{chosen.key}_{axis}")


frame.one_run("memory", draw)
