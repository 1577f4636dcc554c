"""Whether an amount that runs out will last: its trend, and when it reaches a limit, as far as one can see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trainmon.stats.arrays import Floats
from trainmon.stats.drift import FEWEST, Drift, Reach, drift, reach

FEWEST_FALLING = 8  # readings of a fall that has just begun: its interval is as wide as so few make it
FARTHEST = 10.0  # times the part that the trend is from: a line is no prophecy

Prospect = Literal["below", "over", "rises", "steady", "reaches", "may_reach", "lasts"]


@dataclass(frozen=True)
class Outlook:
    """The trend of an amount, and where it reaches `limit` (None where it does not fall), looked for up to `horizon`.

    `planned` says that the horizon is the planned end; otherwise it is ten times the part that the trend is from.
    `by_step` is False where x counts epochs. `begun` says that the amount has begun to fall on the way: the trend is that of
    the readings since then where these tell one.
    """

    line: Drift
    limit: float
    reach: Reach | None
    horizon: float
    planned: bool
    by_step: bool = True
    begun: bool = False

    @property
    def per(self) -> float:
        """For how many of x a trend is told: a hundred steps, or one epoch."""
        return 100.0 if self.by_step else 1.0

    @property
    def ahead(self) -> float | None:
        """By how much of x the limit is ahead of the last reading, None where it is not reached."""
        return self.reach.at - self.line.end if self.reach is not None else None

    @property
    def prospect(self) -> Prospect:
        """What is to be expected; "may_reach": the early end of the range lies before the horizon, its middle does not."""
        if self.line.at(self.line.end) <= self.limit:
            return "below"
        if self.planned and self.line.end >= self.horizon:
            return "over"
        if self.reach is None:
            return "rises" if self.line.rises else "steady"
        if self.reach.at <= self.horizon:
            return "reaches"
        return "may_reach" if self.reach.low <= self.horizon else "lasts"


def outlook(
    x: Floats, y: Floats, limit: float, planned_end: float | None, *, by_step: bool = True, onset: int | None = None
) -> Outlook | None:
    """Return what becomes of readings `y` at `x` (ascending), None where they are too few for a trend.

    `onset` is the reading from which on they are known to fall.
    """
    newest = drift(x[onset:], y[onset:], FEWEST_FALLING) if onset is not None and len(x) >= FEWEST else None
    line = newest if newest is not None and newest.falls else drift(x, y)
    if line is None:
        return None
    farthest = line.end + FARTHEST * (line.end - line.begin)
    return Outlook(line, limit, reach(line, limit), planned_end or farthest, planned_end is not None, by_step, onset is not None)
