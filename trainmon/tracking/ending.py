"""How a training ended, as far as the process itself can tell."""

from __future__ import annotations

import sys
from typing import Literal

End = Literal["finished", "failed", "interrupted"]


def how_it_ended(error: BaseException | None) -> tuple[End, str | None]:
    """Return the end and the reason to record for a training that an exception ended, or none."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", "KeyboardInterrupt"
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return "finished", None
    text = " ".join(str(error).split())
    return "failed", f"{type(error).__name__}: {text}" if text else type(error).__name__


def last_exception() -> BaseException | None:
    """Return the exception that is ending this process, None where it ends by itself."""
    interactive = hasattr(sys, "ps1")  # there an exception of some cell is remembered for ever
    return None if interactive else getattr(sys, "last_value", None)
