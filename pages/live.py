"""Live status: is it all right, and when is it done."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from pages._parts import cards, charts, controls, findings, frame, tables
from pages._parts.page import Page
from pages._parts.run_picker import Chosen
from pages._parts.text import plain_text
from pages._parts.view_state import Value
from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.story import story_of
from trainmon.charts import SmallCharts, loss_chart, small_charts
from trainmon.reports import standing
from trainmon.reports.told import taken_back

SMOOTHING = 0.6


def draw(chosen: Chosen) -> None:
    """Draw the newest training of the run."""
    analysis = chosen.analysis("newest")
    frame.header(analysis)
    with st.container():
        if analysis.run.notes:
            st.caption(plain_text(analysis.run.notes))
    places = findings.verdict(analysis)
    progress(analysis)
    cards.row(standing.figures(analysis))
    left, right = st.columns([2, 1], gap="medium")
    with left:
        loss(chosen, analysis)
    with right:
        facts("Best checkpoint", standing.best_checkpoint(analysis), wording.NO_BEST)
        facts("Loss statistics", standing.loss_statistics(analysis), wording.no_loss(analysis.run.origin))
    more(chosen, analysis)
    story = story_of(analysis)  # at the first look it takes longer than all charts
    findings.reasons(places, analysis, story)
    with st.container():
        if story.taken_back:
            title = wording.taken_back_count(len(taken_back(story).rows))
            folded(title, "said", ":material/undo:", lambda: findings.taken_back(story))


def progress(analysis: Analysis) -> None:
    """Draw how far it is and when it ends, or what would tell."""
    line = plain_text(standing.progress_words(analysis))
    with st.container():
        if analysis.progress.fraction is None:
            st.caption(line)
        else:
            st.progress(analysis.progress.fraction, text=line)


def loss(chosen: Chosen, analysis: Analysis) -> None:
    """Draw the recent part of the loss, or all of it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):  # left: a toolbar opens at the right
        st.subheader("Loss", anchor=False, width="content")
        part = controls.choice("Part", ("recent", "all"), "part", show_label=False)
    view = (chosen.key, chosen.until, "live", part)
    chart = charts.once(chosen.run, view, lambda: loss_chart(analysis, smooth=SMOOTHING, recent=part == "recent"))
    if chart is None:
        st.info(wording.no_loss(analysis.run.origin))
    else:
        charts.show(chart, key=f"live_{chosen.key}_{part}")


def facts(title: str, said: Mapping[str, str], nothing: str) -> None:
    """Draw names and values below a title, or what would give some."""
    st.subheader(title, anchor=False)
    with st.container():
        if said:
            tables.facts(said)
        else:
            st.caption(plain_text(nothing))


def more(chosen: Chosen, analysis: Analysis) -> None:
    """Draw what is folded away."""
    run = analysis.run
    folded("More charts", "charts", ":material/monitoring:", lambda: small(chosen, analysis))
    folded("Last rows", "rows", ":material/table_rows:", lambda: tables.last_rows(run))
    with st.container():
        if not wording.is_own(run.origin):
            folded(wording.COLUMNS, "roles", ":material/view_column:", lambda: tables.roles(analysis))
    with st.container():
        if len(run.attempts) > 1:
            folded(wording.attempts_of(len(run.attempts)), "ledger", ":material/restart_alt:", lambda: tables.attempts(run))
    with st.container():
        if run.problems:
            folded(
                wording.problems_met(len(run.problems)), "problems", ":material/report:", lambda: tables.problems(run.problems)
            )


def folded(title: str, key: str, icon: str, draw_inside: Callable[[], None]) -> None:
    """Draw something to open, in the address as `key=true` while it is open; what is closed is not worked out."""
    box = st.expander(title, key=key, icon=icon, on_change="rerun", bind="query-params")
    if box.open:
        with box:
            draw_inside()


def small(chosen: Chosen, analysis: Analysis) -> None:
    """Draw the metrics beside the loss, small."""
    found = small_charts(analysis.stretch) if analysis.stretch else None
    if found is None or not found.charts:
        st.caption(wording.NO_MORE_CHARTS)
        return
    grid = st.grid(2, min_column_width=300, gap="medium")
    for name, chart in found.charts:
        with grid.cell():
            st.markdown(f"**{plain_text(name)}**")
            charts.bare(chart, key=f"small_{chosen.key}_{name}")
            st.caption(plain_text(chart.caption))
    st.caption(plain_text(around(found)))


def around(found: SmallCharts) -> str:
    """Return what is not drawn."""
    return wording.side_by_side(wording.constant_metrics(found.constant), wording.more_metrics(found.left_out))


def show() -> None:
    """Show how one run, or all of them, are doing."""
    frame.one_run("live", draw)


CONTROLS: Mapping[str, Value] = {
    "part": "recent", "charts": False, "rows": False, "roles": None, "ledger": None, "problems": None, "said": None, "live": "on",
    "q": None, "state": None, "hidden": None, "columns": None,
}  # fmt: skip
PAGE = Page("Live status", ":material/monitor_heart:", CONTROLS, show)
