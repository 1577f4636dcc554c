"""Memory usage: will it fit, is it leaking."""

from __future__ import annotations

import streamlit as st

from pages._parts import cards, charts, controls, frame
from pages._parts.page import Page
from pages._parts.run_picker import Chosen
from pages._parts.text import plain_text
from trainmon import wording
from trainmon.analysis import Analysis, memory_words
from trainmon.analysis.machine import Machine, Panel, machine_of
from trainmon.analysis.memory import AVAILABLE, Memory, runs_short
from trainmon.analysis.series import Axis
from trainmon.analysis.state import State
from trainmon.charts import memory_chart, panel_chart

FEW_PANELS = 12  # more charts make a browser slow: they come when they are asked for


def draw(chosen: Chosen) -> None:
    """Draw the available memory with its forecast, and what else was logged of the machine; or say what to log."""
    analysis = chosen.analysis()
    frame.header(analysis)
    if analysis.stretch is None:
        return
    memory, over = analysis.memory, analysis.state.over
    machine = machine_of(analysis.stretch, analysis.progress, memory.readings.name if memory is not None else "")
    with st.container():
        if memory is None:
            missing(analysis.run.origin)
        else:
            outlook(memory, over=over)
    with st.container():
        if memory is not None or machine.panels:
            cards.row(figures(memory, machine, analysis.state, analysis.progress.counted), columns=5)
            axis = controls.axis()
            available(chosen, analysis, axis)
            panels(chosen, machine, axis, over=over)
    silent(machine, analysis.run.origin)


def missing(origin: str) -> None:
    """Say how available memory comes onto this page, for a log of this format."""
    st.info(wording.no_memory(origin), icon=":material/memory:")
    if wording.is_own(origin):
        st.code(wording.LOG_MEMORY, language="python")


def outlook(memory: Memory, *, over: bool) -> None:
    """Draw in one sentence whether the memory lasts."""
    line = plain_text(memory_words.memory_line(memory, over=over))
    if runs_short(memory, over=over):
        st.warning(line, icon=":material/trending_down:")
    else:
        st.info(line, icon=":material/memory:")


def figures(memory: Memory | None, machine: Machine, state: State, counted: str) -> list[cards.Card]:
    """Return the figures that stand on top."""
    found: list[cards.Card] = []
    if memory is not None:
        newest = wording.newest_available(past=bool(state.place), over=state.over)
        found += [
            (newest, wording.memory(memory.latest), wording.readings(memory.count)),
            ("Lowest", wording.memory(memory.lowest), wording.at_global_step(memory.lowest_global_step, counted)),
            memory_words.trend_card(memory),
            memory_words.forecast_card(memory, over=state.over),
        ]
    if (peak := machine.peak) is not None:
        found.append(("GPU peak", wording.memory(peak.value), wording.gpu_share(peak.source, peak.total)))
    return found


def available(chosen: Chosen, analysis: Analysis, axis: Axis) -> None:
    """Draw the main chart."""
    over = analysis.state.over
    chart = charts.once(chosen.run, (chosen.key, chosen.until, "memory", axis, over), lambda: memory_chart(analysis, axis=axis))
    if chart is not None:
        charts.show(chart, key=f"memory_{chosen.key}_{axis}")
    with st.container():
        if analysis.memory is not None and analysis.memory.readings.name == AVAILABLE:
            st.caption(wording.NOT_LOGGED_IN_ROWS)


def panels(chosen: Chosen, machine: Machine, axis: Axis, *, over: bool) -> None:
    """Draw the small charts, the first twelve until all are asked for."""
    if not machine.panels:
        return
    st.subheader("The machine", anchor=False)
    shown = machine.panels
    if len(shown) > FEW_PANELS and controls.choice(f"Charts ({len(shown)})", ("few", "all"), "panels") == "few":
        shown = shown[:FEW_PANELS]
    grid = st.grid(2, min_column_width=360, gap="medium")
    for panel in shown:
        with grid.cell():
            one(chosen, panel, axis, over=over)


def one(chosen: Chosen, panel: Panel, axis: Axis, *, over: bool) -> None:
    """Draw one small chart below its title."""
    st.markdown(f"**{plain_text(wording.titled(panel.title, panel.unit, panel.ceiling))}**")
    view = (chosen.key, chosen.until, "panel", panel.title, axis)
    chart = charts.once(chosen.run, view, lambda: panel_chart(panel, axis=axis))
    if chart is not None:
        charts.show(chart, key=f"panel_{panel.title}_{chosen.key}_{axis}", hint=memory_words.disk_line(panel.outlook, over=over))


def silent(machine: Machine, origin: str) -> None:
    """Say in one line what was not sampled, and why."""
    with st.container():
        if line := wording.not_sampled(machine.silent) if machine.samples else wording.no_samples(origin):
            st.caption(plain_text(line))


def show() -> None:
    """Show the memory of a run."""
    frame.one_run("memory", draw)


PAGE = Page("Memory usage", ":material/memory:", {"x": "step", "range": None, "live": "on"}, show)
