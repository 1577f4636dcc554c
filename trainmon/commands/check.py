"""The command `check`: says what is wrong with runs, in its exit status too."""

from __future__ import annotations

import argparse

from trainmon.commands.answers import A_WARNING, AN_ERROR, OK, complain, say
from trainmon.commands.named_runs import analyses
from trainmon.commands.parsing import Commands, Parser, add_json, add_paths

ABOUT = """Say what is wrong with runs, with evidence and what to try. Ends with 0: nothing above a notice, 1: a warning,
2: an error."""


def add_to(commands: Commands[Parser]) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser("check", help="say what is wrong with runs", description=ABOUT)
    add_paths(parser)
    add_json(parser)
    parser.set_defaults(command=check)


def check(arguments: argparse.Namespace) -> int:
    """Print what is wrong with the runs at the given paths; the exit status is that of the worst."""
    from trainmon.reports.check_json import check_json
    from trainmon.reports.check_text import check_text

    found, sentences = analyses(arguments.paths)
    say(check_json(found) if arguments.json else check_text(found))
    complain(*sentences)
    verdicts = {analysis.diagnosis.verdict for analysis in found}
    return AN_ERROR if "error" in verdicts else A_WARNING if "warning" in verdicts else OK
