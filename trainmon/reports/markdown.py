"""The report as Markdown, for a pull request, a wiki or a chat; whatever comes from a file is text and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.reports.sections import (
    Table,
    attempts,
    configuration,
    environment,
    findings,
    is_interim,
    key_metrics,
    problems,
    sections,
    verdict,
)

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")


def report_markdown(analysis: Analysis, pictures: Mapping[str, str] | None = None) -> str:
    """Return the report; `pictures` are the files of plots by their titles, as the report should name them."""
    label = analysis.stretch.label if analysis.stretch is not None else ""
    about = wording.made_at(analysis.state.word, analysis.state.evidence, label, analysis.now)
    tables = (*sections(analysis), findings(analysis), key_metrics(analysis), configuration(analysis), environment(analysis))
    lines = [
        f"# {plain(analysis.run.name)}",
        "",
        plain(wording.INTERIM_REPORT if is_interim(analysis) else wording.FINAL_REPORT),
        "",
    ]
    lines += [plain(about), ""]
    for notice in (*analysis.notices, analysis.run.notes):
        lines += [f"> {plain(notice)}", ""] if notice else []
    lines += [f"**{plain(' '.join(verdict(analysis)))}**", ""]
    for title, file in (pictures or {}).items():
        lines += [f"![{plain(title)}](<{file}>)", ""]
    for table in (*tables, *(each for each in (attempts(analysis), problems(analysis)) if each.rows)):
        lines += _table(table)
    return "\n".join(lines)


def plain(words: str) -> str:
    """Return words so that Markdown shows them as they are, on one line."""
    return _MARKS.sub(r"\\\1", wording.on_one_line(words))


def _table(table: Table) -> Iterator[str]:
    yield from (f"## {table.title}", "")
    if not table.rows:
        yield from (plain(table.note), "")
        return
    if len(table.rows[0]) == 1:
        yield from (*(f"- {plain(row[0])}" for row in table.rows), "")
        return
    head = table.head or ("", "")
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(plain(cell) for cell in row)} |" for row in table.rows)
    yield from ("", plain(wording.usual_settings(len(table.folded)))) if table.folded else ()
    yield ""
