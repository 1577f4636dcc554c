"""Final report: what do I tell my team."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages._parts import charts, findings, frame, tables
from pages._parts.run_picker import Chosen
from pages._parts.text import plain_text
from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.charts import loss_chart
from trainmon.finding_words import verdict_line

ENDED = ("finished", "failed", "interrupted", "ended")
SYMBOLS = {"good": ":material/check_circle: good", "between": ":material/remove: between", "bad": ":material/warning: bad"}


def draw(chosen: Chosen) -> None:
    """Draw the guide's report as a page."""
    analysis = chosen.analysis()
    frame.header(analysis)
    with st.container():
        if analysis.state.word not in ENDED:
            st.info(wording.INTERIM, icon=":material/pending:")
    grid = st.grid(2, min_column_width=320, gap="medium")
    for title, pairs in sections(analysis).items():
        with grid.cell():
            st.subheader(title, anchor=False)
            tables.facts(pairs)
    st.subheader("Loss", anchor=False)
    chart = charts.once(chosen.run, (chosen.key, chosen.until, "report"), lambda: loss_chart(analysis, smooth=0.6))
    if chart is None:
        st.caption(wording.NO_LOSS)
    else:
        charts.show(chart, key=f"report_{chosen.key}")
    grades(analysis)
    st.subheader("Findings", anchor=False)
    st.markdown(plain_text(verdict_line(analysis.diagnosis)))
    findings.everything(analysis)
    rest(analysis)


def sections(analysis: Analysis) -> dict[str, dict[str, str]]:
    """Return the first four sections of the guide's report."""
    timing, train, validation, fell = analysis.timing, analysis.train, analysis.eval, analysis.improvement
    return {
        "Timing": {
            "Total time": wording.duration(timing.elapsed),
            "Started": wording.clock(timing.started),
            "Last row": wording.clock(timing.last_row),
            "Samples per second": wording.throughput(timing.samples_per_second),
            "Steps per second": wording.speed(timing.steps_per_second),
        },
        "Iterations": {
            "Rows with a train loss": wording.count(train.count if train else None),
            "Epochs": wording.epochs_done(analysis.progress.epoch_count, analysis.progress.total_epochs),
            "Global steps": wording.count(analysis.progress.global_step),
            "Samples": wording.count(analysis.total_samples),
        },
        "Loss metrics": {
            "Best train loss": wording.loss(train.best if train else None),
            "Final train loss": wording.loss(train.final if train else None),
            "Loss improvement": wording.improvement(fell.absolute if fell else None, fell.percent if fell else None),
            "Best validation loss": wording.loss(validation.best) if validation else wording.NO_VALIDATION,
            "Final validation loss": wording.loss(validation.final) if validation else wording.NO_VALIDATION,
        },
        "Best checkpoint": best(analysis),
    }


def best(analysis: Analysis) -> dict[str, str]:
    """Return where the model was best, and by what that was judged."""
    best, raw = analysis.best, analysis.raw_best
    if best is None:
        return {"Best checkpoint": wording.NOT_LOGGED}
    lowest = wording.best_point(raw.by, raw.value, raw.epoch, raw.step) if raw else wording.NOT_LOGGED
    return {
        "Epoch": wording.number(best.epoch),
        "Step": wording.count(best.step),
        "Loss": f"{wording.loss(best.value)} ({best.by})",
        "Lowest logged": lowest,
        "On disk": wording.on_disk(best.on_disk.name if best.on_disk else None),
    }


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


def rest(analysis: Analysis) -> None:
    """Draw configuration, attempts and problems."""
    run = analysis.run
    with st.grid(2, min_column_width=320, gap="medium").cell():
        st.subheader("Configuration", anchor=False)
        if run.config:
            tables.configuration(run.config)
        else:
            st.caption(wording.NO_CONFIGURATION)
    if len(run.attempts) > 1:
        st.subheader("Attempts", anchor=False)
        tables.attempts(run)
    if run.problems:
        st.subheader("Problems met while reading", anchor=False)
        tables.problems(run.problems)


frame.one_run("report", draw)
