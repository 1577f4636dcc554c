"""The report as one HTML file: verdict, charts, tables, and the run's own rows; it needs no network and no server."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files

import vl_convert

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.lasting import lasting
from trainmon.analysis.story import story_of
from trainmon.charts import Chart, epoch_chart, learning_rate_chart, loss_chart, memory_chart
from trainmon.files.report_format import MARKER, ROWS_END, ROWS_START
from trainmon.reports.embedded_rows import embedded_rows
from trainmon.reports.html_parts import cards, escaped, figure, paragraph, table
from trainmon.reports.plots import SMOOTHING, loss_lines
from trainmon.reports.role_table import role_table
from trainmon.reports.sections import (
    Table,
    attempts,
    configuration,
    environment,
    findings,
    further_metrics,
    key_metrics,
    problems,
    sections,
    summary,
)
from trainmon.reports.told import taken_back
from trainmon.reports.verdict import about, kind_of_report, verdict

MAIN_HEIGHT, SMALL_HEIGHT = 340, 210
EXPORTS = "window.vegaEmbed = vegaEmbed;"  # all that the report needs of the library's names
CARDS = 8
# The browser itself refuses every request, whatever a name in the run's files may hold.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; img-src data: blob:"


def report_html(analysis: Analysis) -> str:
    """Return the report of a run as a self-contained HTML document."""
    analysis = lasting(analysis)
    charts = report_charts(analysis)
    rows, further = embedded_rows(analysis.run), further_metrics(analysis)
    body = [
        _header(analysis),
        paragraph(" ".join(verdict(analysis)), "verdict"),
        cards(summary(analysis)[:CARDS]),
        _figures(charts),
        _side([*sections(analysis)]),
        table(findings(analysis)),
        *(table(each) for each in (taken_back(story_of(analysis)),) if each.rows),
        table(key_metrics(analysis)),
        *([table(further)] if further.rows else []),
        _side([configuration(analysis), environment(analysis)]),
        *(table(each) for each in (role_table(analysis), attempts(analysis), problems(analysis)) if each.rows),
        f"<footer>{escaped(wording.report_footer(rows.kept, rows.count))}</footer>",
    ]
    drawn = {f"chart-{name}": _drawn(name, chart) for name, (_, _, chart) in charts.items()}
    scripts = [
        f'<script type="application/json" id="trainmon-charts">{_json(drawn)}</script>',
        f"<script>(() => {{{_library()}}})();</script>",
        f"<script>{_asset('report.js')}</script>",
    ]
    return _document(wording.report_title(analysis.run.name), body, scripts if charts else [], rows.packed)


def _document(title: str, body: Sequence[str], scripts: Sequence[str], packed: str) -> str:
    head = [
        '<meta charset="utf-8">',
        MARKER,
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escaped(title)}</title>",
        f"<style>{_asset('report.css')}</style>",
    ]
    carried = f"{ROWS_START}{packed}{ROWS_END}"
    lines = ["<!doctype html>", '<html lang="en"><head>', *head, "</head><body><main>", *body, "</main>", *scripts, carried]
    return "\n".join([*lines, "</body></html>", ""])


def report_charts(analysis: Analysis) -> dict[str, tuple[str, str, Chart]]:
    """Return the report's charts by name, each with its title and what is said below it."""
    loss = loss_chart(analysis, smooth=SMOOTHING)
    found = {
        "loss": ("Loss", " · ".join(loss_lines(analysis, loss)) if loss is not None else "", loss),
        "memory": ("Available memory", "", memory_chart(analysis)),
        "epochs": ("Loss of each epoch", "", epoch_chart(analysis)),
        "learning_rate": ("Learning rate", "", learning_rate_chart(analysis)),
    }
    return {
        name: (title, caption or chart.caption, chart) for name, (title, caption, chart) in found.items() if chart is not None
    }


def _header(analysis: Analysis) -> str:
    notices = [paragraph(notice, "notice") for notice in (*analysis.notices, analysis.run.notes) if notice]
    title = f"<h1>{escaped(analysis.run.name)}</h1>"
    lines = [paragraph(kind_of_report(analysis), "kind"), title, paragraph(about(analysis), "about"), "</header>", *notices]
    return "\n".join(["<header>", *lines])


def _side(tables: list[Table]) -> str:
    return "\n".join(['<div class="side">', *(table(each) for each in tables), "</div>"])


def _figures(charts: Mapping[str, tuple[str, str, Chart]]) -> str:
    """Return the places of the charts: the loss as wide as the page, the others side by side."""
    places = {name: figure(f"chart-{name}", title, caption) for name, (title, caption, _) in charts.items()}
    main, others = places.pop("loss", ""), "".join(places.values())
    return f'{main}<div class="side">{others}</div>'


def _drawn(name: str, chart: Chart) -> Mapping[str, object]:
    height = MAIN_HEIGHT if name == "loss" else SMALL_HEIGHT
    tables = {each: json.loads(rows.to_json(orient="split", index=False)) for each, rows in chart.datasets.items()}
    return {"spec": {**chart.spec, "height": height}, "tables": tables}


def _json(value: object) -> str:
    """Return a value for a script element: no `<` is left that could end the element or begin a comment in it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@functools.cache
def _library() -> str:
    """Return Vega with all that it needs; the function around it keeps its many names to itself."""
    library: str = vl_convert.javascript_bundle(snippet=EXPORTS)
    return library


@functools.cache
def _asset(name: str) -> str:
    return files("trainmon.reports").joinpath(name).read_text(encoding="utf-8")
