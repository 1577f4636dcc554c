"""The command `monitor`: a run in the terminal, live, or its report."""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

from trainmon.commands.answers import OK, say
from trainmon.commands.parsing import Commands, Parser
from trainmon.errors import NotARunError, UsageError

ABOUT = "Show a run in the terminal, live: the one in DIR, else the newest below it. Waits where there is none yet."
DIRECTORY = "checkpoints"


def add_to(commands: Commands[Parser]) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser("monitor", help="watch a run in the terminal", description=ABOUT)
    parser.add_argument("directory", metavar="DIR", nargs="?", help=f"the checkpoint directory ({DIRECTORY})")
    parser.add_argument("--output-dir", "--logdir", metavar="DIR", help="the same as DIR")
    parser.add_argument("--refresh", "--interval", metavar="S", type=float, default=5.0, help="seconds between two looks (5)")
    parser.add_argument("--once", action="store_true", help="print the screen once and end")
    parser.add_argument("--report", action="store_true", help="print the report, write the plots, and end")
    parser.set_defaults(command=monitor)


def monitor(arguments: argparse.Namespace) -> int:
    """Show a run in the terminal."""
    from rich.console import Console

    from trainmon.commands.terminal import watch

    named = {directory for directory in (arguments.directory, arguments.output_dir) if directory is not None}
    if len(named) > 1:
        raise UsageError(f"DIR is {arguments.directory} and --output-dir is {arguments.output_dir}; name one of them.")
    if not (math.isfinite(arguments.refresh) and arguments.refresh > 0):
        raise UsageError(f"--refresh is {arguments.refresh:g}; it has to be more than 0 seconds.")
    directory = Path(named.pop() if named else DIRECTORY)
    if arguments.report:
        return _final_report(directory)
    watch(directory, Console(highlight=False), refresh=arguments.refresh, once=arguments.once)
    return OK


def _final_report(directory: Path) -> int:
    """Print the guide's report of the run in a directory, else of the newest below it, and write its plots."""
    from trainmon import wording
    from trainmon.analysis import analyse
    from trainmon.reports.plots import plots_folder, write_plots
    from trainmon.reports.text import report_text
    from trainmon.runs.library import Library

    library = Library([directory.absolute()])
    library.refresh()
    run = library.nearest()
    if run is None:
        raise NotARunError(wording.nothing_to_report(str(directory)))
    analysis = analyse(run, now=time.time())
    say(report_text(analysis), end="\n\n")
    for path in write_plots(analysis, plots_folder(run)):
        say(f"Plot: {path}")
    return OK
