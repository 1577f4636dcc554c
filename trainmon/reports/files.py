"""Writes the report of a run into files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from trainmon.analysis import Analysis
from trainmon.reports.html import report_html
from trainmon.reports.markdown import report_markdown
from trainmon.reports.plots import write_plots


@dataclass(frozen=True)
class Wanted:
    """Which files are asked for: paths of documents, and the folder of the plots."""

    html: Path | None = None
    markdown: Path | None = None
    plots: Path | None = None


def write_report(analysis: Analysis, wanted: Wanted) -> list[Path]:
    """Write what is wanted and return the files, which name nothing outside themselves; raises OSError where it cannot."""
    written = write_plots(analysis, wanted.plots) if wanted.plots is not None else []
    if wanted.markdown is not None:
        pictures = {path.stem.replace("_", " ").capitalize(): _from(wanted.markdown, path) for path in written}
        written.append(_write(wanted.markdown, report_markdown(analysis, pictures)))
    if wanted.html is not None:
        written.append(_write(wanted.html, report_html(analysis)))
    return written


def _from(document: Path, picture: Path) -> str:
    """Return the picture's path as seen from the document."""
    return Path(os.path.relpath(picture.absolute(), document.absolute().parent)).as_posix()


def _write(path: Path, text: str) -> Path:
    """Write a file beside its place first: a report that somebody has open is never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
    return path
