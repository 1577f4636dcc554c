"""The command line: `main` runs one command, and is the only place that turns errors into output."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper

from trainmon.commands import app, check, compare, demo, monitor, report, status
from trainmon.commands.answers import BROKEN_PIPE, INTERRUPTED, NOTHING_READABLE, complain
from trainmon.commands.parsing import Parser
from trainmon.errors import TrainmonError

COMMANDS = (  # in the order in which --help lists them
    status.add_to,
    check.add_to,
    report.add_to,
    compare.add_to,
    app.add_to,
    demo.add_to,
    monitor.add_to,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; every error becomes one sentence on stderr."""
    _make_printing_safe()
    try:
        arguments = make_parser().parse_args(argv)
        command: Callable[[argparse.Namespace], int] = arguments.command
        answer = command(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) went away: python must not complain about it while it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except ModuleNotFoundError as error:
        if (error.name or "trainmon").startswith("trainmon"):
            raise
        return _fail(f"This command needs the package {error.name}, which is not installed: {app.INSTALL}")
    except (TrainmonError, OSError) as error:
        return _fail(str(error))
    except Exception as error:
        if os.environ.get("TRAINMON_DEBUG"):
            raise
        return _fail(f"a bug, please report it ({type(error).__name__}: {error}); with TRAINMON_DEBUG=1 the command shows where.")
    return answer


def make_parser() -> Parser:
    """Return the parser with every command."""
    parser = Parser(prog="trainmon", description="Watch machine-learning training from the files it leaves behind.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add_to in COMMANDS:
        add_to(commands)
    return parser


def _fail(sentence: str) -> int:
    complain(sentence)
    return NOTHING_READABLE


def _make_printing_safe() -> None:
    """Replace what a terminal cannot show, rather than end with an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
