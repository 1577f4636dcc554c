"""How a command line is parsed: complaints that take the way of all errors, and the arguments that commands share."""

from __future__ import annotations

import argparse
from typing import NoReturn

from trainmon.errors import UsageError


class Parser(argparse.ArgumentParser):
    """A parser that raises UsageError for a wrong command line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and where to read what is possible."""
        raise UsageError(f"{message}; `{self.prog} --help` says what is possible.")


Commands = argparse._SubParsersAction  # the only name that argparse gives to what a command is added to


def add_paths(parser: Parser) -> None:
    """Add what names any number of runs."""
    about = "a run, a log file, or a folder with runs below it; RUN@2 is its second attempt"
    parser.add_argument("paths", metavar="PATH", nargs="+", help=about)


def add_json(parser: Parser) -> None:
    """Add the option for an answer that a program reads."""
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
