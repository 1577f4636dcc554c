"""What a command answers: sentences, and the status that it ends with."""

from __future__ import annotations

import sys

OK, A_WARNING, AN_ERROR = 0, 1, 2  # what `check` found; the other commands know only the first
NOTHING_READABLE, INTERRUPTED, BROKEN_PIPE = 3, 130, 141  # 3 is wrong usage too; the last two as shells give them


def say(words: str, *, end: str = "\n") -> None:
    """Print what was asked for, at once: a reader at the other end of a pipe may wait for it."""
    print(words, end=end, flush=True)


def complain(*sentences: str) -> None:
    """Say on stderr what could not be done, a line each."""
    for sentence in sentences:
        print(f"trainmon: {sentence}", file=sys.stderr)
