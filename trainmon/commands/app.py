"""The command `app`: serves the app, for this machine or for others too."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from trainmon.commands.parsing import Commands, Parser
from trainmon.errors import UsageError

INSTALL = "install what the app needs, in the clone: python -m pip install -r requirements.txt"
SHARE_HELP = """serve it to the network, too: others need the link that is printed. The token in it is random, or yours
from TRAINMON_TOKEN; TRAINMON_PUBLIC_URL is the address to put into links where the app is behind a proxy"""
ABOUT = """Serve the app for a browser; its address is printed. It listens on this machine only, unless --share is given:
then on all interfaces, and it shows nothing to those who do not bring the token."""
# What a shared app is started with, whatever the user's own Streamlit settings say: no welcome that asks the internet for
# this machine's address, and no traceback, which shows paths, for visitors.
SHARED = ["--logger.hideWelcomeMessage", "true", "--client.showErrorDetails", "none"]


def add_to(commands: Commands[Parser]) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser("app", help="serve the app for a browser", description=ABOUT)
    parser.add_argument("roots", metavar="ROOT", nargs="*", help="folders with runs (TRAINMON_ROOTS, else ./checkpoints)")
    parser.add_argument("--port", type=int, help="the port to serve on (8501)")
    parser.add_argument("--share", action="store_true", help=SHARE_HELP)
    parser.set_defaults(command=app)


def app(arguments: argparse.Namespace) -> int:
    """Serve the app; Streamlit takes over this process."""
    from trainmon.commands import sharing

    command = app_command(arguments.roots, arguments.port, share=arguments.share)
    sharing.public_url()  # one that is none is said now, not to the first visitor
    if arguments.share:
        os.environ[sharing.TOKEN_VARIABLE] = sharing.token() or sharing.new_token()
    if os.name != "nt":  # there, replacing the process would give the prompt back while the app still runs
        os.execv(command[0], command)
    return subprocess.call(command)


def app_command(roots: Sequence[str], port: int | None = None, *, share: bool = False) -> list[str]:
    """Return the command line that serves the app of this checkout."""
    entry = Path(__file__).resolve().parents[2] / "app.py"
    if not (entry.is_file() and (entry.parent / "pages" / "_main.py").is_file()):
        raise UsageError(
            f"The app is not beside the package in {entry.parent}: clone the repository and run this command there. "
            "An installed package has the Python API and the other commands."
        )
    if importlib.util.find_spec("streamlit") is None:
        raise UsageError(f"The app needs Streamlit, which is not installed: {INSTALL}")
    options = ["--server.port", str(port)] if port is not None else []
    if share:
        from trainmon.commands.sharing import ALL_INTERFACES

        options += ["--server.address", ALL_INTERFACES, *SHARED]
    return [sys.executable, "-m", "streamlit", "run", *options, str(entry), "--", *roots]
