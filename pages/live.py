"""Live status: is it all right, and when is it done."""

from __future__ import annotations

import streamlit as st

from pages._parts import cards, charts, controls, findings, frame, tables
from pages._parts.run_picker import Chosen
from pages._parts.text import plain_text
from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.charts import loss_chart

SMOOTHING = 0.6


def draw(chosen: Chosen) -> None:
    """Draw the newest training of the run."""
    analysis = chosen.analysis("newest")
    frame.header(analysis)
    findings.verdict(analysis)
    progress(analysis)
    cards.row(figures(analysis))
    with st.container():
        if analysis.best is not None:
            st.markdown(f":material/star: **Best checkpoint:** {plain_text(best(analysis))}")
    loss(chosen, analysis)
    with st.expander("Last rows"):
        tables.last_rows(analysis.run)
    with st.container():
        if analysis.run.problems:
            with st.expander(f"Problems met while reading ({len(analysis.run.problems)})"):
                tables.problems(analysis.run.problems)


def progress(analysis: Analysis) -> None:
    """Draw how far it is and when it ends, or what would tell."""
    done, eta = analysis.progress, analysis.eta
    if done.fraction is None:
        st.caption(plain_text(done.why_unknown))
        return
    times = (eta.seconds, eta.low, eta.high) if eta else None
    line = wording.progress_line(done.fraction, times, analysis.timing.slower_than_before, analysis.now)
    st.progress(done.fraction, text=line)


def figures(analysis: Analysis) -> list[cards.Card]:
    """Return the guide's figures."""
    done, timing, train, validation = analysis.progress, analysis.timing, analysis.train, analysis.eval
    available, least = (analysis.memory.latest, analysis.memory.lowest) if analysis.memory else (None, None)
    return [
        ("Epoch", wording.epochs_done(done.epoch_count, done.total_epochs), wording.logged_as(done.epoch)),
        ("Step", wording.count(done.step), wording.global_position(done.global_step, done.total_steps)),
        ("Elapsed", wording.duration(timing.elapsed), wording.started(timing.started, analysis.now)),
        ("Loss", wording.loss(train.final if train else None), wording.at_step(train.final_step if train else None)),
        ("Best loss", wording.loss(train.best if train else None), wording.at_step(train.best_step if train else None)),
        (
            "Validation",
            wording.loss(validation.final) if validation else wording.NO_VALIDATION,
            wording.best_value(validation.best, validation.best_step) if validation else "",
        ),
        ("Memory available", wording.memory(available), wording.lowest_memory(least)),
        ("Speed", wording.speed(timing.steps_per_second), wording.rate_line(analysis.learning_rate)),
    ]


def best(analysis: Analysis) -> str:
    """Return the best checkpoint, and the lowest logged loss where that is another row."""
    best, raw = analysis.best, analysis.raw_best
    if best is None:
        return ""
    line = wording.best_line(best.by, best.value, best.epoch, best.step, best.on_disk.name if best.on_disk else None)
    if raw is None or raw.row == best.row:
        return line
    return f"{line} · {wording.raw_best(raw.value, raw.epoch, raw.step)}"


def loss(chosen: Chosen, analysis: Analysis) -> None:
    """Draw the recent part of the loss, or all of it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):  # left: a toolbar opens at the right
        st.subheader("Loss", anchor=False, width="content")
        part = controls.choice("Part", ("recent", "all"), "part", show_label=False)
    view = (chosen.key, chosen.until, "live", part)
    chart = charts.once(chosen.run, view, lambda: loss_chart(analysis, smooth=SMOOTHING, recent=part == "recent"))
    if chart is None:
        st.info(wording.NO_LOSS)
    else:
        charts.show(chart, key=f"live_{chosen.key}_{part}")


frame.one_run("live", draw)
