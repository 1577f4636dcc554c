"""What a state rests on, and what belongs beside every figure."""

from __future__ import annotations

import math

from trainmon.wording.formats import along, count, duration, moment, moment_of, number


def another_began(began: float) -> str:
    """Return that the end of a training is not known, and when the next one began in its place."""
    return "its end was not recorded; another training began here" + (f" on {moment(began)}" if began == began else "")


def recorded_end(by: str, end: str, ended: float | None, reason: str | None, now: float | None) -> str:
    """Return the evidence of an end that was recorded; here and below, without `now`, in words that stay true."""
    why = f": {reason}" if reason else ""
    when = f" {moment_of(ended, now)}" if ended is not None else ""
    return f"{by} recorded it as {end}{when}{why}"


def process_gone(pid: int | None, last_row: float | None, now: float | None) -> str:
    """Return the evidence of a process that ended without a word."""
    return f"process {pid} is gone and recorded no end; last row {moment_of(last_row, now)}"


def process_alive(pid: int | None, seen: float | None, gap: float, now: float | None) -> str:
    """Return the evidence of a process that lives, and when its newest sign of life was `seen`."""
    lives = f"process {pid} is alive" if now is not None else f"process {pid} was alive"
    return f"{lives}; " + (last_sign(seen, gap, now) if seen is not None else "no row carries a time")


def last_sign(seen: float, gap: float, now: float | None) -> str:
    """Return when the newest sign of life was `seen`, against the usual gap between rows (seconds, NaN unknown)."""
    usual = f", usually every {duration(gap)}" if math.isfinite(gap) else ""
    return f"last row {moment_of(seen, None) if now is None else f'{duration(now - seen)} ago'}{usual}"


def plan_reached(total_steps: int | None, total_epochs: float | None, last_row: float | None, now: float | None) -> str:
    """Return the evidence of a plan that was reached."""
    what = f"{number(total_epochs)} epochs" if total_epochs else f"{count(total_steps)} steps"
    return f"the planned {what} are done" + (f"; last row {moment_of(last_row, now)}" if last_row is not None else "")


def summary_written(written: float, now: float | None) -> str:
    """Return the evidence of a summary that is not older than the last row."""
    return f"a summary was written after the last row, {moment_of(written, now)}"


def end_unknown(sign: str) -> str:
    """Return the evidence of a run that has given no sign of life for long, given that of its last one."""
    return f"{sign}; how it ended is not known"


NO_ROW_YET = "no row has been logged yet"
NO_USABLE_TIME = "its rows carry no times and nothing was added while trainmon looked, so when it was written is not known"


def as_of(place: str) -> str:
    """Return what stands in the place of a state in a look at the past: "as of step 100"."""
    return f"as of {place}"


def place_in_run(step: int | None, global_step: int | None, epoch: float | None, rows: int, counted: str = "step") -> str:
    """Return how far a run was: "step 90", "global step 290" where steps begin anew, else its epoch or row."""
    if global_step is not None:
        return f"{counted if step == global_step else along(counted)} {count(global_step)}"
    return f"epoch {number(epoch)}" if epoch is not None else f"row {count(rows)}"


def first_rows_only(rows: int, last_row: float | None) -> str:
    """Return what a look at the past is made of."""
    until = f", until {moment(last_row)}" if last_row is not None else ""
    return f"the first {count(rows)} rows only{until}"


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
