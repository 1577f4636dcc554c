"""What a state rests on, and what belongs beside every figure."""

from __future__ import annotations

import math

from trainmon.wording.formats import count, duration, moment_of, number


def recorded_end(end: str, ended: float | None, reason: str | None, now: float) -> str:
    """Return the evidence of an end that the tracker recorded."""
    why = f": {reason}" if reason else ""
    return f"the tracker recorded it as {end} {moment_of(ended, now)}{why}"


def process_gone(pid: int | None, last_row: float | None, now: float) -> str:
    """Return the evidence of a process that ended without a word."""
    return f"process {pid} is gone and recorded no end; last row {moment_of(last_row, now)}"


def process_alive(pid: int | None, age: float | None, gap: float) -> str:
    """Return the evidence of a process that lives."""
    return f"process {pid} is alive; " + (last_sign(age, gap) if age is not None else "no row carries a time")


def last_sign(age: float, gap: float) -> str:
    """Return how long ago the newest sign of life was, against the usual gap between rows (seconds, NaN unknown)."""
    usual = f", usually every {duration(gap)}" if math.isfinite(gap) else ""
    return f"last row {duration(age)} ago{usual}"


def cut_off(rows: int, last_row: float | None, now: float) -> str:
    """Return the evidence where only the first rows of a run that went on are looked at."""
    return f"as it was at row {count(rows)}, {moment_of(last_row, now)}; it has gone on since"


def plan_reached(total_steps: int | None, total_epochs: float | None, last_row: float | None, now: float) -> str:
    """Return the evidence of a plan that was reached."""
    what = f"{number(total_epochs)} epochs" if total_epochs else f"{count(total_steps)} steps"
    return f"the planned {what} are done; last row {moment_of(last_row, now)}"


def summary_written(moment: float, now: float) -> str:
    """Return the evidence of a summary that is not older than the last row."""
    return f"a summary was written after the last row, {moment_of(moment, now)}"


def attempts_label(first: int, last: int, total: int) -> str:
    """Return which attempts of a file are looked at: "attempt 2 of 4", "attempts 1 to 3 of 4", "" where there is one."""
    if total == 1:
        return ""
    return f"attempt {first} of {total}" if first == last else f"attempts {first} to {last} of {total}"


def newer_chain(number: int, total: int, rows: int) -> str:
    """Return the notice that a newer chain in the same file is not what the figures are about."""
    newer = f"This file has a newer chain ({number} of {total}) with {count(rows)} rows"
    return f"{newer}; these figures are about the longer one."


def judged_chain(number: int, total: int, rows: int) -> str:
    """Return the notice that reports speak of another chain in the same file."""
    return f"Report and comparison speak of chain {number} of {total} in this file, which has {count(rows)} rows."


def never_filled(metric: str, values: int) -> str:
    """Return the notice that a loss column holds nothing but zeros."""
    return f"{metric} is exactly 0 on all {count(values)} rows: it was never filled, so there is no best value."


def non_finite(metric: str, values: int) -> str:
    """Return the notice that some values are nan or infinite."""
    return f"{metric} has {count(values)} values that are not finite (nan or infinite)."
