"""The guide's plots as PNG pictures: loss curves, memory usage, the learning rate where it varies, and the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.lasting import lasting
from trainmon.charts import Chart, epoch_chart, learning_rate_chart, loss_chart, memory_chart, validation_chart
from trainmon.charts.loss import point_words
from trainmon.reports.sections import summary
from trainmon.reports.still import FAINT, INK, Spec, png, still
from trainmon.reports.verdict import about
from trainmon.runs.run import Run

FOLDER = "plots"
SMOOTHING = 0.6
WIDTH, HEIGHT = 1_000, 420
SMALL_HEIGHT, GAP = 250, 72
SUMMARY_WIDTH, LINE_HEIGHT = 300, 26


def loss_curves(analysis: Analysis) -> bytes | None:
    """Return the loss curves of train and validation, None where no loss was logged."""
    chart = loss_chart(analysis, smooth=SMOOTHING)
    return _alone(analysis, chart, "Loss", loss_lines(analysis, chart) if chart is not None else ())


def memory_usage(analysis: Analysis) -> bytes | None:
    """Return the available memory, None where none was logged."""
    chart, memory = memory_chart(analysis), analysis.memory
    least = wording.lowest_memory_at(memory.lowest, memory.lowest_global_step) if memory is not None else ""
    return _alone(analysis, chart, "Available memory", (least, chart.caption) if chart is not None else ())


def learning_rate(analysis: Analysis) -> bytes | None:
    """Return the learning rate, None where it was not logged or never changes."""
    chart = learning_rate_chart(analysis)
    return _alone(analysis, chart, "Learning rate", (chart.caption,) if chart is not None else ())


def dashboard(analysis: Analysis) -> bytes | None:
    """Return loss, validation, memory, mean loss per epoch, learning rate and the summary in one picture, None without rows."""
    analysis = lasting(analysis)
    loss = loss_chart(analysis, smooth=SMOOTHING)
    if analysis.stretch is None:
        return None
    width = WIDTH - SUMMARY_WIDTH - GAP // 2
    top = [still(loss, title="Loss", lines=loss_lines(analysis, loss), width=width, height=HEIGHT)] if loss is not None else []
    small = [(title, chart) for title, chart in _small(analysis) if chart is not None]
    rows = [_row(small[at : at + 2]) for at in range(0, len(small), 2)]
    heading = {"text": analysis.run.name, "subtitle": _heading(analysis), "fontSize": 24, "subtitleFontSize": 14, "offset": 24}
    grid: list[Spec] = [{"hconcat": row, "spacing": GAP // 2} for row in [[*top, _summary(analysis)], *rows]]
    return png({"title": heading, "vconcat": grid, "spacing": 36, "resolve": {"scale": {"color": "independent"}}})


PLOTS: dict[str, Callable[[Analysis], bytes | None]] = {
    "loss_curves": loss_curves,
    "memory_usage": memory_usage,
    "learning_rate": learning_rate,
    "dashboard": dashboard,
}


def write_plots(analysis: Analysis, folder: Path) -> list[Path]:
    """Write every plot that there is something for into `folder`, and return the files; raises OSError where it cannot."""
    pictures = {name: draw(analysis) for name, draw in PLOTS.items()}
    return [write_picture(picture, name, folder) for name, picture in pictures.items() if picture is not None]


def write_picture(picture: bytes, name: str, folder: Path) -> Path:
    """Write a plot into `folder` and return its file; raises OSError where it cannot."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    path.write_bytes(picture)
    return path


def plots_folder(run: Run) -> Path:
    """Return where the plots of a run belong: beside its files, and those of a log among others in a folder of its name."""
    path = run.path
    return path / FOLDER if path.is_dir() else path.parent / FOLDER / path.name


def loss_lines(analysis: Analysis, chart: Chart) -> tuple[str, ...]:
    """Return what stands below the title of a loss chart: the starred point, and what the lines are."""
    best = analysis.best
    star = (wording.starred(point_words(best)),) if best is not None else ()
    faint = (wording.FAINT_LINE,) if "raw" in chart.datasets else ()
    return (*star, " · ".join((*faint, chart.caption)))


def _alone(analysis: Analysis, chart: Chart | None, title: str, lines: tuple[str, ...]) -> bytes | None:
    if chart is None:
        return None
    return png(still(chart, title=f"{title}: {analysis.run.name}", lines=lines, width=WIDTH, height=HEIGHT))


def _row(charts: Sequence[tuple[str, Chart]]) -> list[Spec]:
    """Return charts side by side, together as wide as the picture."""
    width = (WIDTH - GAP * (len(charts) - 1)) // len(charts)
    return [still(chart, title=title, width=width, height=SMALL_HEIGHT) for title, chart in charts]


def _small(analysis: Analysis) -> list[tuple[str, Chart | None]]:
    return [
        ("Validation loss", validation_chart(analysis)),
        ("Available memory", memory_chart(analysis)),
        ("Loss of each epoch", epoch_chart(analysis)),
        ("Learning rate", learning_rate_chart(analysis)),
    ]


def _heading(analysis: Analysis) -> list[str]:
    """Return the state, which part of the run is shown, and when the picture was made."""
    return [about(analysis), *analysis.notices]


def _summary(analysis: Analysis) -> Spec:
    """Return the summary as a panel of text beside the loss."""
    lines = [{"label": label, "value": value, "line": at} for at, (label, value) in enumerate(summary(analysis))]
    y = {"field": "line", "type": "ordinal", "axis": None}
    names = {
        "mark": {"type": "text", "align": "left", "color": FAINT, "fontSize": 13},
        "encoding": {"x": {"value": 0}, "text": {"field": "label"}, "y": y},
    }
    values = {
        "mark": {"type": "text", "align": "right", "color": INK, "fontSize": 13, "fontWeight": "bold", "limit": 190},
        "encoding": {"x": {"value": SUMMARY_WIDTH}, "text": {"field": "value"}, "y": y},
    }
    height = LINE_HEIGHT * len(lines)
    return {
        "title": {"text": "Summary"},
        "data": {"values": lines},
        "layer": [names, values],
        "width": SUMMARY_WIDTH,
        "height": height,
    }
