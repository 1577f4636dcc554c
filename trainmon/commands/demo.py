"""The command `demo`: trains something small and real, to have a live run to look at."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from trainmon.commands.answers import OK, say
from trainmon.commands.parsing import Commands, Parser

ABOUT = "Train something small and real, so that there is a live run to look at. Started again, it resumes."
DIRECTORY = "checkpoints/demo"  # below the root that the app looks at by itself
# NumPy's libraries read these when they are loaded. For matrices as small as the demo's, more threads only wait, and they wait
# by spinning: two thirds of a core through every pause between two steps.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def add_to(commands: Commands[Parser]) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser("demo", help="train something small, to have a live run to look at", description=ABOUT)
    parser.add_argument("directory", metavar="DIR", nargs="?", default=DIRECTORY, help="where to log to (%(default)s)")
    parser.add_argument("--steps", type=int, help="how many steps to train (1800: about three minutes)")
    parser.add_argument("--pace", type=float, default=0.1, help="seconds a step takes at least (%(default)s)")
    parser.add_argument("--seed", type=int, help="the seed of data and weights (0)")
    parser.add_argument("--fresh", action="store_true", help="begin anew where an unfinished training could be resumed")
    parser.set_defaults(command=demo)


def demo(arguments: argparse.Namespace) -> int:
    """Train something small and real."""
    for variable in THREADS:
        os.environ.setdefault(variable, "1")
    from trainmon.demo.training import train_demo

    directory = Path(arguments.directory)
    try:
        train_demo(directory, say, steps=arguments.steps, pace=arguments.pace, seed=arguments.seed, fresh=arguments.fresh)
    except KeyboardInterrupt:
        say(f"\nInterrupted. The same command goes on from the last checkpoint: python -m trainmon demo {arguments.directory}")
        raise
    say("Finished. The same command starts a new training.")
    return OK
