"""Numbers, durations, moments and amounts as a person reads them."""

from __future__ import annotations

import math
from datetime import datetime

NOT_LOGGED = "not logged"
NOT_FINITE = "not finite"
THIN_SPACE = "\u2009"  # between thousands: a comma is a decimal sign to half of the world
MINUS = "\u2212"
DURATION_UNITS = ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s"))  # from (seconds), its rest in


def figure(text: str) -> str:
    """Return a figure as Python writes it with thin spaces between the thousands and a real minus; exponents stay (1e-05)."""
    return (MINUS + text[1:] if text.startswith("-") else text).replace(",", THIN_SPACE)


def on_one_line(words: str) -> str:
    """Return words with a single space wherever there is any, but for the thin one inside figures."""
    return THIN_SPACE.join(" ".join(part.split()) for part in words.split(THIN_SPACE))


def short_name(name: str, most: int) -> str:
    """Return a name in at most so many letters: its middle gives way, since beginning and end tell runs apart."""
    head = most // 2
    return name if len(name) <= most else f"{name[:head]}…{name[head + 1 - most :]}"


def loss(value: float | None) -> str:
    """Return a loss with four decimals, or in scientific notation where these would hide it."""
    if value is None or math.isnan(value):
        return NOT_LOGGED
    if math.isinf(value):
        return "infinite"
    if value != 0 and (abs(value) < 0.001 or abs(value) >= 1e5):
        return figure(f"{value:.4g}")
    return figure(f"{value:,.4f}")


def change(value: float) -> str:
    """Return how far a loss is above another one, with its sign: "−0.8383"; "" where there was none."""
    return figure(f"{value:+,.4f}") if math.isfinite(value) else ""


def count(value: float | None) -> str:
    """Return a step or a number of rows with thin spaces between the thousands."""
    if value is None or math.isnan(value):
        return NOT_LOGGED
    return figure(f"{round(value):,}")


def number(value: float | None) -> str:
    """Return any other figure with four significant digits."""
    if value is None or math.isnan(value):
        return NOT_LOGGED
    return figure(f"{value:,.4g}")


def percent(value: float | None) -> str:
    """Return a percentage (65.3 -> "65.3 %")."""
    if value is None or math.isnan(value):
        return NOT_LOGGED
    return figure(f"{value:,.1f} %")


def duration(seconds: float | None) -> str:
    """Return a duration in at most two units: "40 s", "12 min 5 s", "2 h 18 min", "3 d 4 h"."""
    if seconds is None or math.isnan(seconds):
        return NOT_LOGGED
    if math.isinf(seconds):
        return "for ever"
    if 0 < seconds < 1:
        return f"{seconds:.1f} s"
    total = round(seconds)
    for size, unit, below, small in DURATION_UNITS:
        if total >= size:
            rest = total % size // below
            return f"{total // size} {unit}" + (f" {rest} {small}" if rest else "")
    return f"{total} s"


def clock(moment: float | None, *, now: float | None = None) -> str:
    """Return a moment (seconds since 1970) as local clock time, with the date where it is not on the day of `now`."""
    if moment is None or math.isnan(moment):
        return NOT_LOGGED
    local = datetime.fromtimestamp(moment)
    same_day = now is not None and local.date() == datetime.fromtimestamp(now).date()
    return local.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M")


def memory(megabytes: float | None) -> str:
    """Return an amount of memory: "8 500 MB", from 10 GB on "12.3 GB"."""
    if megabytes is None or math.isnan(megabytes):
        return NOT_LOGGED
    return figure(f"{megabytes / 1000:,.1f} GB" if megabytes >= 10_000 else f"{megabytes:,.0f} MB")


def learning_rate(value: float | None) -> str:
    """Return a learning rate as Python writes it: 1e-05, 0.0003."""
    if value is None or math.isnan(value):
        return NOT_LOGGED
    return figure(f"{value:.4g}")


def throughput(samples_per_second: float | None) -> str:
    """Return samples/s, or seconds a sample where it is below 1."""
    if samples_per_second is None or math.isnan(samples_per_second) or samples_per_second <= 0:
        return NOT_LOGGED
    if samples_per_second < 1:
        return f"{1 / samples_per_second:.1f} s/sample"
    return figure(f"{samples_per_second:,.1f} samples/s")


def position(epoch: float | None, step: int | None, global_step: int | None = None, counted: str = "step") -> str:
    """Return a position as it was logged, and counted over all epochs: "epoch 1, step 250, global step 550".

    `counted` is what the log counts: step, epoch or row; `step` is a number of these.
    """
    if counted == "epoch":
        step, epoch = None, step if epoch is None else epoch
    parts = [
        f"epoch {number(epoch)}" if epoch is not None else "",
        f"{counted} {steps(step, global_step)}" if step is not None else "",
    ]
    return ", ".join(part for part in parts if part) or "a row without a step"


def at_number(place: float, counted: str) -> str:
    """Return one place of what the log counts: "step 1 200", "epoch 8", "row 12"."""
    return f"{counted} {count(place)}"


def along(counted: str) -> str:
    """Return what a position counted over all epochs is called: "global step"; epochs and rows are that already."""
    return "global step" if counted == "step" else counted


def steps(step: int | None, global_step: int | None) -> str:
    """Return a step as it was logged, and where charts have it if that is elsewhere: "250, global step 550"."""
    elsewhere = step is not None and global_step not in (None, step)
    return f"{count(step)}, global step {count(global_step)}" if elsewhere else count(step)


def moment_of(moment: float | None, now: float | None) -> str:
    """Return when something happened, as a phrase: "3 s ago", "at 14:35", "on 2026-01-31 14:35".

    Without `now` the phrase is one that stays true: it has the date, and no time since.
    """
    if moment is None or math.isnan(moment):
        return "at an unknown time"
    if now is not None and 0 <= now - moment < 3600:
        return f"{duration(now - moment)} ago"
    text = clock(moment, now=now)
    return f"at {text}" if len(text) == 5 else f"on {text}"


def speed(per_second: float | None, counted: str = "step") -> str:
    """Return steps/s (epochs, rows), or seconds a step where it is below 1."""
    if per_second is None or math.isnan(per_second) or per_second <= 0:
        return NOT_LOGGED
    if per_second < 1:
        taken = 1 / per_second
        return f"{taken:.3g} s/{counted}" if taken < 1_000 else f"{taken / 60:.3g} min/{counted}"
    return f"{count(round(per_second))} {counted}s/s" if per_second >= 1_000 else f"{per_second:.3g} {counted}s/s"


def improvement(absolute: float | None, relative: float | None) -> str:
    """Return how far the loss fell: "3.2345 (65.3 %)"."""
    if absolute is None or math.isnan(absolute):
        return NOT_LOGGED
    return f"{loss(absolute)} ({percent(relative)})"


def setting(value: object) -> str:
    """Return the value of a setting as a person would write it; "" for nothing. A seed has no thousands."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return figure(text) if isinstance(value, int | float) else text


def cell(value: float) -> str:
    """Return a logged number for a table: whole ones in full, others with six significant digits."""
    if not math.isfinite(value):
        return "not finite"
    return count(value) if value == int(value) and abs(value) < 1e15 else figure(f"{value:,.6g}")


def moment(seconds: float) -> str:
    """Return a moment (seconds since 1970) as local date and time to the second, "" where none was logged."""
    return "" if math.isnan(seconds) else datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M:%S")
