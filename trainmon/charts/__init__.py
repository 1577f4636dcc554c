"""Charts made from an analysis: a Vega-Lite specification, the few rows that it draws, and a caption that says what they are."""

from trainmon.charts.chart import Chart
from trainmon.charts.comparison import comparison_chart, side_colours
from trainmon.charts.effects import effect_chart
from trainmon.charts.epochs import epoch_chart
from trainmon.charts.loss import loss_chart
from trainmon.charts.machine import panel_chart
from trainmon.charts.memory import memory_chart
from trainmon.charts.metric import learning_rate_chart, validation_chart
from trainmon.charts.overlay import Subject, overlay_chart, palette
from trainmon.charts.small import SmallCharts, small_charts

__all__ = [
    "Chart", "SmallCharts", "Subject", "comparison_chart", "effect_chart", "epoch_chart", "learning_rate_chart", "loss_chart",
    "memory_chart", "overlay_chart", "palette", "panel_chart", "side_colours", "small_charts", "validation_chart",
]  # fmt: skip
