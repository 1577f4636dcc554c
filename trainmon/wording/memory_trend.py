"""Where available memory and free disk go, and whether they last."""

from __future__ import annotations

from trainmon.wording.memory import (
    NO_TREND,
    few_readings,
    in_about,
    limit_name,
    memory_rate,
    per_what,
    place,
    rate_unit,
    signed_rate,
    step_range,
)

STEADY = "steady"
REACHED_NOW, NOT_REACHED, NOT_IN_SIGHT = "now", "not reached", "not in sight"
TRAINING_IS_OVER = "the training is over"
MEMORY_DOES_NOT_FALL = "available memory does not fall"
HAD_IT_GONE_ON = "had it gone on"


def memory_untold(there: int, needed: int) -> str:
    """Return that where the memory goes cannot be told yet."""
    return f"Available memory has {few_readings(there, needed)}."


def memory_falls(rate: str, ending: str, *, over: bool, begun: bool = False) -> str:
    """Return that the memory falls, with what comes of it as the ending of the sentence; `begun`: it has not always done so."""
    falls = ("began to fall," if over else "has begun to fall,") if begun else "fell" if over else "falls"
    return f"Available memory {falls} by {rate}{ending}."


def memory_began(*, over: bool) -> str:
    """Return that the memory falls since so lately that no trend can be told yet."""
    return f"Available memory {'began' if over else 'has begun'} to fall: too few readings since then for a trend."


def memory_rises(rate: str, below: str, *, over: bool) -> str:
    """Return that the memory rises; `below` is "" or what `memory_is_low` says."""
    return f"Available memory {'rose' if over else 'rises'} by {rate}{below}."


def memory_steady(below: str, *, over: bool) -> str:
    """Return that the memory has no trend; `below` is "" or what `memory_is_low` says."""
    return f"Available memory {'was' if over else 'is'} steady{below}: {NO_TREND}."


def memory_is_low(limit: float) -> str:
    """Return that the memory is below a limit that it does not fall to, as a part of a sentence."""
    return f", and below {limit_name(limit)}"


def fell_below(limit: float) -> str:
    """Return as an ending that the limit is behind."""
    return f", and is below {limit_name(limit)}"


def ended_above(limit: float) -> str:
    """Return as an ending that the training ended before the limit."""
    return f", and {limit_name(limit)} was not reached"


def memory_lasts(limit: float, end: float, *, by_step: bool, planned: bool) -> str:
    """Return as an ending that the limit is not reached before an end, the planned one or as far as one can see."""
    when, name = not_before(end, by_step=by_step, planned=planned), limit_name(limit)
    return f", and lasts: {name} {when}" if planned else f"; {name} is not in sight, {when}"


def will_reach(when: str, seconds: float | None, ahead: float | None = None, *, by_step: bool = True) -> str:
    """Return as an ending when the limit is reached, and in how long: in seconds, and in steps or epochs."""
    soon = in_about(seconds, ahead, by_step=by_step)
    return f": {when}" + (f", {soon}" if soon else "")


def may_reach(when: str, end: float, *, by_step: bool) -> str:
    """Return as an ending when the limit is reached, where that may be before the planned end."""
    return f"; {when}, which may be before the planned end at {place(end, by_step)}"


def would_have_reached(when: str) -> str:
    """Return as an ending when the limit would have been reached by a training that is over."""
    return f"; {HAD_IT_GONE_ON}: {when}"


def not_before(end: float, *, by_step: bool, planned: bool) -> str:
    """Return before when a limit is not reached."""
    return f"not before {'the planned end at ' if planned else ''}{place(end, by_step)}"


def trend_of(megabytes: float, *, by_step: bool) -> str:
    """Return a trend in few words: "-38 MB per 100 steps"."""
    return f"{signed_rate(megabytes)} {per_what(by_step)}"


def trend_label(*, by_step: bool) -> str:
    """Return the label of a trend: "Trend per 100 steps"."""
    return f"Trend {per_what(by_step)}"


def forecast_label(limit: float) -> str:
    """Return the label of when a limit is reached."""
    return f"{limit_name(limit)} at about"


def trend_is_below(limit: float) -> str:
    """Return that a limit is behind, though single readings may lie above it."""
    return f"the trend is below {limit_name(limit)}"


def disk_fills(megabytes: float, at: float, low: float, high: float, *, by_step: bool) -> str:
    """Return when the disk is full."""
    between = step_range(low, high)
    full = f"full at about {place(at, by_step)}" + (f" ({between})." if between else ".")
    return f"{_disk_falls(megabytes, by_step)}: {full}"


def disk_lasts(megabytes: float, end: float, *, by_step: bool, planned: bool) -> str:
    """Return how long the disk lasts at least."""
    return f"{_disk_falls(megabytes, by_step)}, and lasts {'to the planned end' if planned else 'beyond'}: {place(end, by_step)}."


def _disk_falls(megabytes: float, by_step: bool) -> str:
    return f"Free disk falls by {memory_rate(megabytes, rate_unit(by_step))}"
