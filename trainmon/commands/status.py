"""The command `status`: says how runs are doing."""

from __future__ import annotations

import argparse

from trainmon.commands.answers import OK, complain, say
from trainmon.commands.named_runs import analyses
from trainmon.commands.parsing import Commands, Parser, add_json, add_paths


def add_to(commands: Commands[Parser]) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser("status", help="say how runs are doing", description="Say how runs are doing.")
    add_paths(parser)
    add_json(parser)
    parser.set_defaults(command=status)


def status(arguments: argparse.Namespace) -> int:
    """Print how the runs at the given paths are doing."""
    from trainmon.reports.status_json import status_json
    from trainmon.reports.status_text import status_text

    found, sentences = analyses(arguments.paths)
    say(status_json(found) if arguments.json else status_text(found))
    complain(*sentences)
    return OK
