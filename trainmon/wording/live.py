"""What the pages say about being live."""

from __future__ import annotations

from trainmon.wording.formats import clock, duration

LIVE, PAUSED = "Live", "Paused"
THE_PAST = "This is the past: everything here is as it was at the row that the link names, and stays so."
PARTLY_THE_PAST = "Partly the past: what stands as of a step here is as it was there, and stays so."
TO_THE_PRESENT = "Show the present"


def paused_since(moment: float, now: float) -> str:
    """Return that a page shows how things were at `moment` (seconds since 1970), and how to go on."""
    return f"{PAUSED} at {clock(moment, now=now)}: what came later is not shown. The switch above goes on."


def around_age(evidence: str, age: float) -> tuple[str, str, str]:
    """Return what the evidence of a state says before, in and after its words for an age in seconds, so that these can grow."""
    before, words, after = evidence.rpartition(f"{duration(age)} ago")
    return (before, duration(age), words.removeprefix(duration(age)) + after) if words else (evidence, "", "")
