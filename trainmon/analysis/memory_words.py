"""What is said of the memory's trend and of when it runs short, from the one value that every view holds."""

from __future__ import annotations

from trainmon import wording
from trainmon.analysis.memory import Memory
from trainmon.stats.drift import FEWEST
from trainmon.stats.outlook import Outlook

SHORT = ("below", "reaches", "may_reach")


def runs_short(memory: Memory, *, over: bool) -> bool:
    """Return whether the memory is short, or will be while the training goes on; `over` says that it has ended."""
    prospect = memory.outlook.prospect if memory.outlook is not None else None
    return prospect == "below" or (prospect in SHORT and not over)


def memory_line(memory: Memory, *, over: bool) -> str:
    """Return where the memory goes and whether it lasts, in a sentence."""
    ahead = memory.outlook
    if ahead is None:
        return f"Available memory has {wording.few_readings(memory.recent, FEWEST)}."
    if ahead.line.falls:
        fell = "fell" if over or ahead.prospect == "over" else "falls"
        return f"Available memory {fell} by {_rate(ahead, abs(ahead.line.slope))}{_end(memory, ahead, over)}."
    short = f", and below {wording.limit_name(ahead.limit)}" if ahead.prospect == "below" else ""
    if ahead.line.rises:
        return f"Available memory {'rose' if over else 'rises'} by {_rate(ahead, ahead.line.slope)}{short}."
    return f"Available memory {'was' if over else 'is'} steady{short}: {wording.NO_TREND}."


def memory_trend(memory: Memory) -> str:
    """Return the trend in few words: "steady", "-38 MB per 100 steps"; that it is not known where readings are too few."""
    label, value, _ = trend_card(memory)
    told = memory.outlook is not None and (memory.outlook.line.falls or memory.outlook.line.rises)
    return f"{value}{label.removeprefix('Trend')}" if told else value


def trend_card(memory: Memory) -> tuple[str, str, str]:
    """Return the trend as a card: label, value, and its interval."""
    ahead = memory.outlook
    per = wording.rate_unit(ahead.by_step if ahead is not None else True)
    label = f"Trend{per.removeprefix('MB')}"
    if ahead is None:
        return label, wording.NOT_LOGGED, wording.few_readings(memory.recent, FEWEST)
    if not (ahead.line.falls or ahead.line.rises):
        return label, "steady", wording.NO_TREND
    return label, wording.signed_rate(ahead.per * ahead.line.slope), _interval(ahead)


def forecast_card(memory: Memory, *, over: bool) -> tuple[str, str, str]:
    """Return the forecast as a card: label, value, and its range."""
    ahead = memory.outlook
    label = f"{wording.limit_name(memory.limit)} at about"
    if ahead is None:
        return label, wording.NOT_LOGGED, wording.few_readings(memory.recent, FEWEST)
    if ahead.prospect == "below":
        return label, "now", f"the trend is below {wording.limit_name(memory.limit)}"
    if ahead.prospect == "over" or (over and ahead.reach is None):
        return label, "not reached", "the training is over"
    if ahead.reach is None:
        return label, "not in sight", "available memory does not fall"
    if ahead.prospect == "lasts":
        return label, "not in sight", _not_before(ahead)
    below = [wording.step_range(ahead.reach.low, ahead.reach.high), "had it gone on" if over else ""]
    below.append("" if over else wording.in_about(memory.seconds_left))
    return label, wording.place(ahead.reach.at, ahead.by_step), " · ".join(part for part in below if part)


def disk_line(disk: Outlook | None, *, over: bool) -> str:
    """Return when the disk is full, "" where it does not fill or the training is over."""
    if disk is None or over or disk.reach is None:
        return ""
    falls = f"Free disk falls by {_rate(disk, abs(disk.line.slope))}"
    if disk.prospect in ("reaches", "may_reach"):
        between = wording.step_range(disk.reach.low, disk.reach.high)
        return f"{falls}: full at about {wording.place(disk.reach.at, disk.by_step)}" + (f" ({between})." if between else ".")
    end = wording.place(disk.horizon, disk.by_step)
    return f"{falls}, and lasts {'to the planned end' if disk.planned else 'beyond'}: {end}."


def _end(memory: Memory, ahead: Outlook, over: bool) -> str:
    """Return when the limit is reached, as the end of a sentence."""
    name = wording.limit_name(ahead.limit)
    if ahead.prospect == "below":
        return f", and is below {name}"
    if ahead.prospect == "over" or ahead.reach is None:
        return f", and {name} was not reached"
    when = wording.reaches(ahead.limit, ahead.reach.at, ahead.reach.low, ahead.reach.high, by_step=ahead.by_step)
    if ahead.prospect == "lasts":
        return f", and lasts: {name} {_not_before(ahead)}" if ahead.planned else f"; {name} is not in sight, {_not_before(ahead)}"
    if over:
        return f"; had it gone on: {when}"
    if ahead.prospect == "may_reach":
        return f"; {when}, which may be before the planned end at {wording.place(ahead.horizon, ahead.by_step)}"
    soon = wording.in_about(memory.seconds_left)
    return f": {when}" + (f", {soon}" if soon else "")


def _not_before(ahead: Outlook) -> str:
    end = wording.place(ahead.horizon, ahead.by_step)
    return f"not before the planned end at {end}" if ahead.planned else f"not before {end}"


def _rate(ahead: Outlook, slope: float) -> str:
    return wording.memory_rate(ahead.per * slope, wording.rate_unit(ahead.by_step))


def _interval(ahead: Outlook) -> str:
    line = ahead.line
    return wording.rate_range(ahead.per * (line.slope - line.error), ahead.per * (line.slope + line.error))
