"""Loss curves: is it learning, and where did it turn."""

from __future__ import annotations

import streamlit as st

from pages._parts import charts, controls, frame, tables
from pages._parts.run_picker import Chosen
from trainmon import wording
from trainmon.charts import Chart, Subject, loss_chart, overlay_chart
from trainmon.charts.overlay import COLOURS


def draw(chosen: Chosen) -> None:
    """Draw train and validation loss with the controls above them, and the epochs below."""
    analysis = chosen.analysis()
    frame.header(analysis)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        axis, scale, weight, together = controls.axis(), controls.scale(), controls.smoothing(), attempts(chosen)

    def build() -> Chart | None:
        if not together:
            return loss_chart(analysis, axis=axis, smooth=weight, scale=scale)
        each = [Subject(f"attempt {one.attempt}", COLOURS[at % len(COLOURS)], one) for at, one in enumerate(chosen.attempts())]
        return overlay_chart(each, axis=axis, smooth=weight, scale=scale)

    chart = charts.once(chosen.run, (chosen.key, chosen.until, "loss", axis, weight, scale, together), build)
    if chart is None:
        st.info(wording.NO_LOSS)
    else:
        charts.show(chart, key=f"loss_{chosen.key}_{axis}_{scale}_{together}")
    st.subheader("Epochs", anchor=False)
    if not tables.epoch_rows(analysis):
        st.caption(wording.NO_EPOCH_ROWS)


def attempts(chosen: Chosen) -> bool:
    """Return whether every attempt is to be shown as a line of its own."""
    if len(chosen.run.attempts) < 2 or chosen.attempt is not None:
        return False
    words = f"judged: the training that the figures are about; all: each of the {len(chosen.run.attempts)} attempts as a line"
    return controls.choice("Attempts", ("judged", "all"), "attempts", words) == "all"


frame.one_run("loss", draw)
