"""The command `compare`: says which run is better, by how much, and what differs."""

from __future__ import annotations

import argparse
import time

from trainmon.commands.answers import OK, say
from trainmon.commands.named_runs import analyses, only_one
from trainmon.commands.parsing import Commands, Parser, add_json
from trainmon.errors import NotARunError, UsageError

ABOUT = "Say which run is better, by how much, and what differs."


def add_to(commands: Commands[Parser]) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser("compare", help="compare runs", description=ABOUT)
    parser.add_argument("paths", metavar="PATH", nargs="+", help="runs, reports that carry one, or a folder with runs below it")
    parser.add_argument("--baseline", metavar="PATH", help="the run that the others are compared to (the first)")
    parser.add_argument("--metric", metavar="NAME", help="what they are compared by (validation loss, else what they share)")
    parser.add_argument(
        "--align", choices=("step", "epoch", "time"), default="step", help="where they are read at the same place"
    )
    parser.add_argument("--singly", action="store_true", help="do not group runs that differ in their seed alone")
    add_json(parser)
    parser.set_defaults(command=compare)


def compare(arguments: argparse.Namespace) -> int:
    """Print runs side by side."""
    from trainmon.comparison import compare as compare_runs
    from trainmon.reports.comparison_json import comparison_json
    from trainmon.reports.comparison_text import comparison_text

    paths = [*arguments.paths, *([arguments.baseline] if arguments.baseline else [])]
    found, sentences = analyses(paths)
    if sentences:
        raise NotARunError(" ".join(sentences))
    if len(found) < 2:
        raise UsageError(f"compare needs two runs or more; {' '.join(paths)} names one.")
    first, attempt = only_one(arguments.baseline) if arguments.baseline else (found[0].run, found[0].attempt)
    comparison = compare_runs(
        found,
        baseline=[(analysis.run.id, analysis.attempt) for analysis in found].index((first.id, attempt)),
        now=time.time(),
        metric=arguments.metric,
        axis="relative" if arguments.align == "time" else arguments.align,
        group=not arguments.singly,
    )
    say(comparison_json(comparison) if arguments.json else comparison_text(comparison))
    return OK
