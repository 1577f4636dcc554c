"""Final report: what do I tell my team."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from pages._parts import charts, findings, frame, tables
from pages._parts.page import Page
from pages._parts.run_picker import Chosen
from pages._parts.text import plain_text
from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.story import story_of
from trainmon.charts import Chart, epoch_chart, learning_rate_chart, loss_chart, memory_chart
from trainmon.reports.html import report_html
from trainmon.reports.markdown import report_markdown
from trainmon.reports.plots import dashboard
from trainmon.reports.redaction import redacted
from trainmon.reports.role_table import role_table
from trainmon.reports.sections import configuration, environment, further_metrics, sections
from trainmon.reports.verdict import verdict

SYMBOLS = {"good": ":material/check_circle: good", "between": ":material/remove: between", "bad": ":material/warning: bad"}
CHARTS: dict[str, Callable[[Analysis], Chart | None]] = {
    "Loss": partial(loss_chart, smooth=0.6),
    "Available memory": memory_chart,
    "Loss of each epoch": epoch_chart,
    "Learning rate": learning_rate_chart,
}


def draw(chosen: Chosen) -> None:
    """Draw the guide's report as a page."""
    analysis = chosen.analysis()
    frame.header(analysis)
    st.markdown(f"**{plain_text(' '.join(verdict(analysis)))}**")
    downloads(chosen)
    grid = st.grid(2, min_column_width=320, gap="medium")
    for table in sections(analysis):
        with grid.cell():
            st.subheader(table.title, anchor=False)
            tables.facts(table.pairs())
    for title, build in CHARTS.items():
        chart = charts.once(chosen.run, (chosen.key, chosen.until, "report", title), partial(build, analysis))
        if chart is not None:
            st.subheader(title, anchor=False)
            charts.show(chart, key=f"report_{title}_{chosen.key}")
        elif title == "Loss":
            st.caption(wording.no_loss(analysis.run.origin))
    grades(analysis)
    further(analysis)
    st.subheader("Findings", anchor=False)
    said(analysis)
    rest(analysis)


def downloads(chosen: Chosen) -> None:
    """Draw the buttons that make the report as a file, each when it is pressed."""
    with st.container(horizontal=True, vertical_alignment="center"):
        redact = st.toggle("Leave out paths, host and user names", key="redact", bind="query-params")

        def analysis() -> Analysis:
            return replace(chosen, run=redacted(chosen.run)).analysis() if redact else chosen.analysis()

        makers: dict[str, tuple[str, str, Callable[[], bytes]]] = {
            "HTML": ("html", "text/html", lambda: report_html(analysis()).encode()),
            "Markdown": ("md", "text/markdown", lambda: report_markdown(analysis()).encode()),
            "PNG": ("png", "image/png", lambda: dashboard(analysis()) or b""),
        }
        for label, (suffix, mime, make) in makers.items():
            name = f"{'report' if redact else chosen.run.id}.{suffix}"
            st.download_button(label, make, name, mime, icon=":material/download:", on_click="ignore", key=f"download_{suffix}")


def grades(analysis: Analysis) -> None:
    """Draw the guide's four key metrics with their grades."""
    st.subheader("Key metrics", anchor=False)
    rows = [
        {
            "Metric": plain_text(grade.name),
            "Value": plain_text(grade.value),
            "Grade": SYMBOLS[grade.grade] if grade.grade else "not graded",
            "Why": plain_text(grade.why),
        }
        for grade in analysis.grades
    ]
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)


def further(analysis: Analysis) -> None:
    """Draw first, last and best value of the metrics that have no place of their own, where there are any."""
    table = further_metrics(analysis)
    with st.container():
        if table.rows:
            st.subheader(table.title, anchor=False)
            rows = [[plain_text(cell) for cell in row] for row in table.rows]
            st.table(pd.DataFrame(rows, columns=list(table.head)), border="horizontal", hide_index=True)


def said(analysis: Analysis) -> None:
    """Draw the findings, each with when it came up, and what was said and taken back."""
    story = story_of(analysis)
    findings.everything(analysis, story)
    with st.container():
        if story.taken_back:
            st.subheader(wording.TAKEN_BACK, anchor=False)
            findings.taken_back(story)


def rest(analysis: Analysis) -> None:
    """Draw configuration, environment, attempts and problems."""
    run = analysis.run
    grid = st.grid(2, min_column_width=320, gap="medium")
    for table in (configuration(analysis), environment(analysis)):
        with grid.cell():
            st.subheader(table.title, anchor=False)
            if table.rows:
                tables.facts(table.pairs())
            else:
                st.caption(table.note)
            if table.folded:
                with st.expander(wording.usual_settings(len(table.folded)), icon=":material/unfold_more:"):
                    tables.facts(dict(table.folded))
    if (columns := role_table(analysis)).rows:
        st.subheader(columns.title, anchor=False)
        tables.roles(analysis)
    if len(run.attempts) > 1:
        st.subheader("Attempts", anchor=False)
        tables.attempts(run)
    if run.problems:
        st.subheader("Problems met while reading", anchor=False)
        tables.problems(run.problems)


def show() -> None:
    """Show the report of a run."""
    frame.one_run("report", draw)


PAGE = Page("Final report", ":material/description:", {"redact": False, "live": "on"}, show)
