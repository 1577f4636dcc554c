"""The command `report`: prints the report of one run, or writes it into files."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from trainmon.commands.answers import OK, say
from trainmon.commands.named_runs import only_one
from trainmon.commands.parsing import Commands, Parser

ABOUT = "Print the final report of a run (an interim one where it still runs), or write it into files."


def add_to(commands: Commands[Parser]) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser("report", help="report on a run", description=ABOUT)
    parser.add_argument("path", metavar="PATH", help="a run, or a report that carries one; RUN@2 is its second attempt")
    parser.add_argument(
        "--html", metavar="FILE", type=Path, help="write one self-contained HTML file, which carries the run's rows"
    )
    parser.add_argument("--markdown", metavar="FILE", type=Path, help="write it as Markdown")
    parser.add_argument("--png", action="store_true", help="write the plots into the run's folder plots")
    parser.add_argument("--redact", action="store_true", help="leave out paths, host names and user names")
    parser.set_defaults(command=report)


def report(arguments: argparse.Namespace) -> int:
    """Print the report of one run, or write it into the files that are asked for."""
    from trainmon.analysis import analyse
    from trainmon.reports.files import Wanted, write_report
    from trainmon.reports.plots import plots_folder
    from trainmon.reports.redaction import redacted
    from trainmon.reports.text import report_text

    run, attempt = only_one(arguments.path)
    wanted = Wanted(arguments.html, arguments.markdown, plots_folder(run) if arguments.png else None)
    analysis = analyse(redacted(run) if arguments.redact else run, now=time.time(), attempt=attempt)
    if wanted == Wanted():
        say(report_text(analysis))
        return OK
    for path in write_report(analysis, wanted):
        say(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")
    return OK
