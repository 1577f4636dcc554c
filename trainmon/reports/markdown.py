"""The report as Markdown, for a pull request, a wiki or a chat; whatever comes from a file is text and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.lasting import lasting
from trainmon.analysis.story import story_of
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
)
from trainmon.reports.told import taken_back
from trainmon.reports.verdict import about, kind_of_report, verdict

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")


def report_markdown(analysis: Analysis, pictures: Mapping[str, str] | None = None) -> str:
    """Return the report; `pictures` are the files of plots by their titles, as the report should name them."""
    analysis = lasting(analysis)
    said = (findings(analysis), taken_back(story_of(analysis)))
    tables = (*sections(analysis), *said, key_metrics(analysis), further_metrics(analysis))
    more = (configuration(analysis), environment(analysis), role_table(analysis), attempts(analysis), problems(analysis))
    lines = [
        f"# {plain(analysis.run.name)}",
        "",
        plain(kind_of_report(analysis)),
        "",
    ]
    lines += [plain(about(analysis)), ""]
    for notice in (*analysis.notices, analysis.run.notes):
        lines += [f"> {plain(notice)}", ""] if notice else []
    lines += [f"**{plain(' '.join(verdict(analysis)))}**", ""]
    for title, file in (pictures or {}).items():
        lines += [f"![{plain(title)}](<{file}>)", ""]
    for table in (*tables, *more):
        lines += _table(table) if table.rows or table.note else []
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
    yield from ("", plain(table.hint)) if table.hint else ()
    yield ""
