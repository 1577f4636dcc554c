"""Which words say where a training's memory and disk go, of those in `trainmon.wording`."""

from __future__ import annotations

from trainmon import wording
from trainmon.analysis.memory import Memory
from trainmon.stats.drift import FEWEST
from trainmon.stats.outlook import Outlook


def memory_line(memory: Memory, *, over: bool) -> str:
    """Return where the memory goes and whether it lasts, in a sentence; `over` says that the training has ended."""
    ahead = memory.outlook
    if ahead is None:
        return wording.memory_untold(memory.recent, FEWEST)
    if ahead.line.falls:
        ended = over or ahead.prospect == "over"
        return wording.memory_falls(_rate(ahead), _ending(memory, ahead, over), over=ended, begun=ahead.begun)
    if ahead.begun:
        return wording.memory_began(over=over)
    low = wording.memory_is_low(ahead.limit) if ahead.prospect == "below" else ""
    if ahead.line.rises:
        return wording.memory_rises(_rate(ahead), low, over=over)
    return wording.memory_steady(low, over=over)


def memory_trend(memory: Memory) -> str:
    """Return the trend in few words: "steady", "-38 MB per 100 steps"; that it is not known where readings are too few."""
    ahead = memory.outlook
    if ahead is None:
        return wording.NOT_LOGGED
    moves = ahead.line.falls or ahead.line.rises
    return wording.trend_of(ahead.per * ahead.line.slope, by_step=ahead.by_step) if moves else wording.STEADY


def trend_card(memory: Memory) -> tuple[str, str, str]:
    """Return the trend as a card: label, value, and its interval."""
    ahead = memory.outlook
    if ahead is None:
        return wording.trend_label(by_step=True), wording.NOT_LOGGED, wording.few_readings(memory.recent, FEWEST)
    line, label = ahead.line, wording.trend_label(by_step=ahead.by_step)
    if not (line.falls or line.rises):
        return label, wording.STEADY, wording.NO_TREND
    interval = wording.rate_range(ahead.per * (line.slope - line.error), ahead.per * (line.slope + line.error))
    return label, wording.signed_rate(ahead.per * line.slope), interval


def forecast_card(memory: Memory, *, over: bool) -> tuple[str, str, str]:
    """Return the forecast as a card: label, value, and its range."""
    ahead, label = memory.outlook, wording.forecast_label(memory.limit)
    if ahead is None:
        return label, wording.NOT_LOGGED, wording.few_readings(memory.recent, FEWEST)
    if ahead.prospect == "below":
        return label, wording.REACHED_NOW, wording.trend_is_below(memory.limit)
    if ahead.prospect == "over" or (over and ahead.reach is None):
        return label, wording.NOT_REACHED, wording.TRAINING_IS_OVER
    if ahead.reach is None:
        return label, wording.NOT_IN_SIGHT, wording.MEMORY_DOES_NOT_FALL
    if ahead.prospect == "lasts":
        end = wording.not_before(ahead.horizon, by_step=ahead.by_step, planned=ahead.planned)
        return label, wording.NOT_IN_SIGHT, end
    between = wording.step_range(ahead.reach.low, ahead.reach.high)
    soon = wording.HAD_IT_GONE_ON if over else wording.in_about(memory.seconds_left, ahead.ahead, by_step=ahead.by_step)
    return label, wording.place(ahead.reach.at, ahead.by_step), wording.side_by_side(between, soon)


def disk_line(disk: Outlook | None, *, over: bool) -> str:
    """Return when the disk is full, "" where it does not fill or the training is over."""
    if disk is None or over or disk.reach is None:
        return ""
    by_step, rate = disk.by_step, disk.per * abs(disk.line.slope)
    if disk.prospect in ("reaches", "may_reach"):
        return wording.disk_fills(rate, disk.reach.at, disk.reach.low, disk.reach.high, by_step=by_step)
    return wording.disk_lasts(rate, disk.horizon, by_step=by_step, planned=disk.planned)


def _ending(memory: Memory, ahead: Outlook, over: bool) -> str:
    """Return when the limit is reached by a memory that falls, as the ending of a sentence."""
    limit, by_step = ahead.limit, ahead.by_step
    if ahead.prospect == "below":
        return wording.fell_below(limit)
    if ahead.prospect == "over" or ahead.reach is None:
        return wording.ended_above(limit)
    if ahead.prospect == "lasts":
        return wording.memory_lasts(limit, ahead.horizon, by_step=by_step, planned=ahead.planned)
    when = wording.reaches(limit, ahead.reach.at, ahead.reach.low, ahead.reach.high, by_step=by_step)
    if over:
        return wording.would_have_reached(when)
    if ahead.prospect == "may_reach":
        return wording.may_reach(when, ahead.horizon, by_step=by_step)
    return wording.will_reach(when, memory.seconds_left, ahead.ahead, by_step=by_step)


def _rate(ahead: Outlook) -> str:
    return wording.memory_rate(ahead.per * abs(ahead.line.slope), wording.rate_unit(ahead.by_step))
