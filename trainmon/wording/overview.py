"""What the table of all runs says."""

from __future__ import annotations

from collections.abc import Sequence

from trainmon.wording.findings import short_finding_name
from trainmon.wording.formats import at_number, count

STATE_SYMBOLS = {
    "not started": "○",
    "running": "●",
    "silent": "◐",
    "interrupted": "▲",
    "failed": "✕",
    "finished": "✓",
    "ended": "■",
}
VERDICT_WORDS = {"healthy": "✓ healthy", "notice": "✓ healthy", "not_enough_data": "too few rows", "nothing_to_judge": ""}
SEVERITY_SYMBOLS = {"error": "✕", "warning": "!", "notice": "·", "info": "·"}
FILTER = "Name, tag, finding, setting"
HOW_TO_OPEN = "Click a row to open that run; tick two or more to compare them."
CHOOSE_SETTINGS = "Settings as columns"
ALL_HIDDEN = "All runs are hidden by their trainmon.toml."
NOTHING_MATCHES = "No run matches the filter."


def state_cell(word: str) -> str:
    """Return a state with its symbol: "● running"."""
    return f"{STATE_SYMBOLS.get(word, '')} {word}".strip()


def finding_cell(severity: str, kind: str, step: int | None, counted: str = "step") -> str:
    """Return a finding for a narrow cell: "✕ Diverging, step 40"."""
    place = f", {at_number(step, counted)}" if step is not None else ""
    return f"{SEVERITY_SYMBOLS[severity]} {short_finding_name(kind)}{place}"


def runs_shown(shown: int, total: int) -> str:
    """Return how many runs the table has: "12 of 200 runs"."""
    runs = "run" if total == 1 else "runs"
    return f"{count(total)} {runs}" if shown == total else f"{count(shown)} of {count(total)} {runs}"


def show_hidden(hidden: int) -> str:
    """Return the invitation to list the runs that are hidden."""
    return f"{count(hidden)} hidden, show"


def compare_button(ticked: int) -> str:
    """Return what the button that compares the ticked runs is called."""
    return f"Compare {count(ticked)} runs" if ticked > 1 else "Compare runs"


def ticked_runs(names: Sequence[str], most: int = 4) -> str:
    """Return which runs are ticked, "" for none."""
    if not names:
        return ""
    more = len(names) - most
    listed = ", ".join(names[:most]) + (f" and {count(more)} more" if more > 0 else "")
    return f"{listed}; tick one more to compare" if len(names) == 1 else listed


def run_label(name: str, identity: str, tags: Sequence[str] = ()) -> str:
    """Return what a run is called in a list: its name, the end of its id ("" = not needed), its tags."""
    return " · ".join(part for part in (name, identity.rpartition("-")[2], ", ".join(tags)) if part)


def tags_line(tags: Sequence[str]) -> str:
    """Return the tags of a run in one line, "" for none."""
    return f"tags: {', '.join(tags)}" if tags else ""
