"""What a terminal would show of a line: colours gone, and one state for each time that it was drawn."""

from __future__ import annotations

import re
from typing import NamedTuple

# Longer lines are dumps; what a training says of itself is short.
LINE_LIMIT = 4000

_REDRAWS = re.compile(r"\x1b\[(?:2K|[01]?G)")
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*\x07?|[@-Z\\^_])")
_MARKS = re.compile(r"(\r|\x08+)")


class Shown(NamedTuple):
    """One state of a line; `redrawn` says that another one was drawn over it."""

    text: str
    redrawn: bool


def without_colours(line: str) -> str:
    """Return `line` without the escape sequences that colour it or move the cursor."""
    return _ESCAPES.sub("", line) if "\x1b" in line else line


def shown(line: str) -> list[Shown]:
    """Return the states in which a terminal shows `line` (without its end), blank ones left out."""
    line = line.rstrip("\r")
    if "\x1b" in line:
        line = without_colours(_REDRAWS.sub("\r", line))
    if "\r" not in line and "\x08" not in line:
        return [Shown(line[:LINE_LIMIT], False)] if line.strip() else []
    text, *drawn = _MARKS.split(line)
    text, states = text[:LINE_LIMIT], []
    for mark, after in zip(drawn[::2], drawn[1::2], strict=True):
        kept = "" if mark == "\r" else text[: -len(mark)]
        if not kept.strip() and mark != "\x08":  # one backspace turns a spinner
            states.append(Shown(text, True))
        text = (kept + after)[:LINE_LIMIT]
    states.append(Shown(text, False))
    return [state for state in states if state.text.strip()]
