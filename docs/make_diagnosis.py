"""Write docs/DIAGNOSIS.md and its pictures from what the checks declare: `python -m docs.make_diagnosis`."""

from __future__ import annotations

import inspect
import io
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from PIL import Image

from docs.examples import analysed
from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.machine import machine_of
from trainmon.charts import loss_chart, memory_chart, small_charts
from trainmon.charts.curves import curves_chart, curves_of
from trainmon.charts.machine import panel_chart
from trainmon.diagnosis.check import Check
from trainmon.diagnosis.checks import CHECKS
from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.limits import SharedLimits
from trainmon.reports.check_text import finding_lines
from trainmon.reports.still import Spec, png, records, still

FOLDER = Path(__file__).parent
PAGE, PICTURES = FOLDER / "DIAGNOSIS.md", FOLDER / "diagnosis"
WIDTH, HEIGHT, SCALE, COLOURS = 640, 220, 1.6, 64
WRONG = "When it is wrong: "  # begins the last paragraph of a check's docstring

INTRO = """# What trainmon diagnoses

<!-- Made by python -m docs.make_diagnosis from trainmon/diagnosis and trainmon/wording: change these, and run it again. -->

*Is my run all right?* Live status, the report, the terminal monitor and `trainmon check` answer that from the rows, and from
samples of the machine where there are some, with the findings on this page. Each of them comes with the numbers that it rests
on, with what to try, and with the reason why it might be a false alarm. A run without any is healthy, or has too few rows to
judge; the verdict says which.

- An **error** means that this run is lost, or about to be, unless something is done; a **warning**, that it needs a look; a
  **notice**, that something is good to know. An **info** describes how the run goes, and raises no verdict.
- Warnings and errors have to last, since they must not come and go while a run goes on: they also hold without the last 5 % of
  the rows or, of memory and speed, have held for as many as the finding asks for. Until they do, they are notices, which may come
  and go. Values that are not finite count at once.
- What follows from another finding is told below it, and what contradicts a worse one is not told at all.

The trainings in the pictures were made up. In them, ★ is the best point, and a dashed orange line is where a finding begins.

## Switch one off, or change a limit

In a `trainmon.toml` beside the run, in the folder above all runs, or in `~/.config/trainmon`:

```toml
[diagnosis]
off = ["spikes", "slow_throughput"]   # kinds of findings that are not wanted
low_memory_mb = 2048                  # a limit by its name on this page
```

A limit is a number of at least 0. Percentages of *the level* are of the median of the loss, or of its range where it is not above
0 everywhere. *Trials* means that a limit was chosen on real logs and on seeded curves with known faults;
`python -m benchmarks.diagnosis` tells how good the checks are on them. *The guide* is [GUIDE.md](GUIDE.md).
"""

SHARED = """## What several checks ask for

"""


def page() -> str:
    """Return the page."""
    parts = [INTRO, _contents(), *(_section(check) for check in CHECKS), SHARED + _limits(SharedLimits)]
    return "\n".join(parts)


def _contents() -> str:
    head = "## The findings\n\n| finding | kind | severity | what it is |\n|---|---|---|---|\n"
    return head + "".join(
        f"| [{_name(check)}](#{check.kind}) | `{check.kind}` | {', '.join(check.severities)} | {_about(check)[0]} |\n"
        for check in CHECKS
    )


def _section(check: Check) -> str:
    _, finding = analysed(check.kind)
    *about, wrong = _about(check)
    parts = [
        f'<a id="{check.kind}"></a>\n\n## {_name(check)}\n',
        f"`{check.kind}` · {', '.join(check.severities)}\n",
        *(f"{paragraph}\n" for paragraph in about),
        f"![{_name(check)}: {_title(finding)}](diagnosis/{check.kind}.png)\n",
        _quoted(finding),
        f"**When it is wrong:** {wrong.removeprefix(WRONG)}\n",
        *_beside(check),
        *([_limits(check.limits)] if check.limits is not None else []),
        _switch(check),
    ]
    return "\n".join(parts)


def _about(check: Check) -> list[str]:
    """Return the paragraphs of a check's docstring."""
    return (inspect.getdoc(inspect.getmodule(check.find)) or "").split("\n\n")


def _name(check: Check) -> str:
    return wording.finding_name(check.kind)


def _title(finding: Finding) -> str:
    return wording.finding_words(finding).title


def _quoted(finding: Finding) -> str:
    """Return what `check` prints of a finding."""
    said = textwrap.dedent("\n".join(finding_lines(finding)))
    return f"`trainmon check` says of this training:\n\n```text\n{said}\n```\n"


def _beside(check: Check) -> Iterator[str]:
    """Yield what becomes of the finding beside others."""
    if check.follows:
        yield f"Beside {_links(check.follows)}, which explains it, it is told below that.\n"
    if check.excluded_by:
        yield f"Beside a warning or an error of {_links(check.excluded_by)}, which contradicts it, it is not told.\n"


def _links(kinds: Sequence[str]) -> str:
    *first, last = [f"[`{kind}`](#{kind})" for kind in kinds]
    return f"{', '.join(first)} or {last}" if first else last


def _limits(group: type[Any]) -> str:
    head = "| limit | default | | what for |\n|---|---|---|---|\n"
    return head + "".join(_row(each) for each in fields(group))


def _row(each: Field[Any]) -> str:
    return f"| `{each.name}` | {each.default:g} | {each.metadata['unit']} | {each.metadata['reason']} |\n"


def _switch(check: Check) -> str:
    lines = ["[diagnosis]", f'off = ["{check.kind}"]  # not wanted at all']
    if check.limits is not None:
        first = fields(check.limits)[0]
        lines.append(f"{first.name} = {first.default!r}  # or with another limit (this is the default)")
    return "```toml\n" + "\n".join(lines) + "\n```\n"


def picture(kind: str) -> bytes:
    """Return the picture of the example of a kind, in few colours."""
    analysis, finding = analysed(kind)
    drawn = Image.open(io.BytesIO(png(_spec(analysis, finding), scale=SCALE))).convert("RGB")
    small = io.BytesIO()
    drawn.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def _spec(analysis: Analysis, finding: Finding) -> Spec:
    """Return the chart that shows a finding: of the metric or the samples that it is about, or with the saved models."""
    assert analysis.stretch is not None
    if analysis.checkpoints and (curves := curves_of(analysis)) is not None:
        chart = curves_chart(curves)
        datasets = {name: records(table) for name, table in chart.datasets.items()}
        title = {"text": wording.finding_name(finding.kind), "subtitle": "the diamonds are saved models"}
        return {**chart.spec, "datasets": datasets, "title": title, "width": WIDTH}
    others, metric = dict(small_charts(analysis.stretch).charts), finding.metric or ""
    of_memory = analysis.memory is not None and metric == analysis.memory.readings.name
    panels = () if metric else machine_of(analysis.stretch, analysis.progress).panels
    drawn = (
        memory_chart(analysis) if of_memory else panel_chart(panels[0]) if panels else others.get(metric) or loss_chart(analysis)
    )
    assert drawn is not None
    lines = (panels[0].title,) if panels else (metric,) if metric in others and not of_memory else ()
    return still(drawn, title=wording.finding_name(finding.kind), lines=lines, width=WIDTH, height=HEIGHT)


def main() -> None:
    """Write the page and the pictures."""
    PICTURES.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    for check in CHECKS:
        (PICTURES / f"{check.kind}.png").write_bytes(picture(check.kind))


if __name__ == "__main__":
    main()
