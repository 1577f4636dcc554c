"""Loss curves: is it learning, and where did it turn."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial

import streamlit as st

from pages._parts import charts, controls, frame, tables, zoom
from pages._parts.page import CURVES, Page
from pages._parts.run_picker import Chosen
from pages._parts.text import plain_text
from trainmon import wording
from trainmon.analysis.epochs import epoch_means
from trainmon.analysis.series import Axis
from trainmon.charts import Chart, Subject, overlay_chart
from trainmon.charts.chart import Scale
from trainmon.charts.curves import Curves, curves_chart, curves_of
from trainmon.charts.lines import Window
from trainmon.charts.overlay import COLOURS
from trainmon.charts.panels import Panel
from trainmon.reports.curves import curves_picture
from trainmon.reports.visible_rows import visible_rows


def draw(chosen: Chosen) -> None:
    """Draw train and validation loss with the controls above them, every other metric and the epochs below."""
    analysis = chosen.analysis()
    frame.header(analysis)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        axis, scale, weight, together = controls.axis(), controls.scale(), controls.smoothing(), attempts(chosen)
        outliers = st.container(width="content")
        choice = st.container(width="content")
    view = (chosen.key, chosen.until, axis, weight, scale)
    if together:
        overlaid(chosen, view, axis, weight, scale)
    else:
        curves = charts.once(chosen.run, ("curves", *view), lambda: curves_of(analysis, axis=axis, smooth=weight, scale=scale))
        with outliers:
            ignored = controls.ignore_outliers()
        if curves is None:
            st.info(wording.no_loss(chosen.run.origin))
        else:
            with choice:
                panels = controls.metrics(curves.panels)
            drawn(chosen, view, curves, panels, ignored)
    epochs(chosen)


def drawn(chosen: Chosen, view: tuple[Hashable, ...], curves: Curves, panels: Sequence[Panel], ignored: bool) -> None:
    """Draw the curves: all points of what is visible where they are few, and always the same chart."""
    made = zoom.settle(f"loss_{chosen.key}", curves.axis, curves.from_axis)
    window = made.window
    chart = charts.once(
        chosen.run,
        ("chart", view, tuple(panels), window, made.begin, ignored),
        lambda: curves_chart(curves, panels, window=window, begin=made.begin, ignore_outliers=ignored),
    )
    charts.show(chart, made.key, on_select=zoom.listen(made, curves.visible), selections=zoom.SELECTIONS)
    with st.container():
        if legend := curves.legend(chart, window):
            st.caption(plain_text(legend))
    with st.container(horizontal=True):
        st.button("Reset zoom", icon=":material/zoom_out_map:", disabled=window is None, key="reset_zoom", on_click=zoom.reset)
        downloads(chosen, curves, panels, window, ignored)


def downloads(chosen: Chosen, curves: Curves, panels: Sequence[Panel], window: Window | None, ignored: bool) -> None:
    """Draw the buttons that make a file of what is visible, each when it is pressed."""

    def rows() -> bytes:
        return visible_rows(curves.stretch, curves.columns(panels), curves.axis, window)

    picture = partial(curves_picture, curves, panels, window=window, ignore_outliers=ignored)
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        "CSV": ("text/csv", rows),
        "PNG": ("image/png", picture),
        "SVG": ("image/svg+xml", partial(picture, vector=True)),
    }
    for label, (mime, make) in makers.items():
        name = f"{chosen.run.id}-loss.{label.lower()}"
        icon = ":material/download:"
        st.download_button(label, make, name, mime, icon=icon, on_click="ignore", key=f"download_{label.lower()}")


def epochs(chosen: Chosen) -> None:
    """Draw the table of the epochs, or say what would make one."""
    stretch = chosen.analysis().stretch
    means = charts.once(chosen.run, ("epochs", chosen.key, chosen.until), lambda: epoch_means(stretch) if stretch else None)
    st.subheader("Epochs", anchor=False)
    if means is None:
        st.caption(wording.no_epochs(chosen.run.origin))
        return
    tables.epochs(means)
    st.caption(wording.epoch_caption(means.logged))


def overlaid(chosen: Chosen, view: tuple[Hashable, ...], axis: Axis, weight: float, scale: Scale) -> None:
    """Draw every attempt as a line of its own."""

    def build() -> Chart | None:
        each = [Subject(f"attempt {one.attempt}", COLOURS[at % len(COLOURS)], one) for at, one in enumerate(chosen.attempts())]
        return overlay_chart(each, axis=axis, smooth=weight, scale=scale)

    chart = charts.once(chosen.run, ("attempts", *view), build)
    if chart is None:
        st.info(wording.no_loss(chosen.run.origin))
    else:
        charts.show(chart, key=f"attempts_{chosen.key}_{axis}_{scale}")


def attempts(chosen: Chosen) -> bool:
    """Return whether every attempt is to be shown as a line of its own."""
    there = len(chosen.analysis().run.attempts)
    if there < 2 or chosen.attempt is not None:
        return False
    words = f"judged: the training that the figures are about; all: each of the {there} attempts as a line"
    return controls.choice("Attempts", ("judged", "all"), "attempts", words) == "all"


def show() -> None:
    """Show the loss of a run."""
    zoom.page_runs()
    frame.one_run("loss", draw)


PAGE = Page("Loss curves", ":material/show_chart:", {**CURVES, "attempts": "judged", "outliers": None}, show)
