"""How fast a training goes, and how regularly it logs."""

from __future__ import annotations

import numpy as np

from trainmon.stats.arrays import Floats

NAN = float("nan")
RECENT_INTERVALS = 50  # long enough to hold the usual evaluation and checkpoint pauses
MOST_TIMES = 20_000
EARLIER_SECONDS = 3600.0  # "than an hour before": long enough for a warm machine to throttle, short enough to act on


def rate(time: Floats, position: Floats) -> float:
    """Return the positions (steps, samples) per second from the first to the last row that has both, pauses included.

    `time` in seconds. NaN where fewer than two such rows are there, no time passes or the position goes back.
    Source: the guide's samples_per_second, total over total time.
    """
    time, position = _both_finite(time, position)
    if len(time) < 2:
        return NAN
    with np.errstate(over="ignore", invalid="ignore"):  # values near the largest float
        seconds, gone = time[-1] - time[0], position[-1] - position[0]
        return float(gone / seconds) if seconds > 0 and gone >= 0 else NAN


def usual_interval(positions: Floats, otherwise: float) -> float:
    """Return by how much positions (steps) usually grow from one to the next, `otherwise` where they never do."""
    ahead = np.diff(positions)
    return float(np.median(ahead[ahead > 0])) if (ahead > 0).any() else otherwise


def usual_gap(time: Floats) -> float:
    """Return the median gap between consecutive finite times, in seconds; NaN where there is none."""
    return gap_percentile(time, 50.0)


def gap_percentile(time: Floats, q: float) -> float:
    """Return the `q`-th percentile (0 to 100) of the gaps between consecutive finite times, in seconds.

    Gaps below zero (a clock set back) say nothing and are left out. NaN where no gap is left. Of a long log the last
    20,000 times count: they tell the present rhythm, at a cost that does not grow.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # values near the largest float
        recent = time[-MOST_TIMES:]
        gaps = np.diff(recent[np.isfinite(recent)])
        forward = gaps[gaps >= 0]
        return float(np.percentile(forward, q)) if len(forward) else NAN


def recent_against_earlier(time: Floats, position: Floats) -> float:
    """Return by which fraction a position takes longer now (+) than an hour before (-: takes less time), for one attempt.

    Both are means over 50 intervals, pauses included; the earlier ones end an hour ago, and before the recent ones. The
    very first interval (compiling, filling caches) is left out. NaN where less than an hour, or no progress, is there.
    """
    time, position = _both_finite(time, position)
    time = time if (time[1:] >= time[:-1]).all() else np.maximum.accumulate(time)
    recent = len(time) - 1 - RECENT_INTERVALS
    if recent < 2:
        return NAN
    end = min(recent, int(np.searchsorted(time, time[-1] - EARLIER_SECONDS, side="right")) - 1)
    now = _pace(time[recent:], position[recent:])
    before = _pace(time[max(1, end - RECENT_INTERVALS) : end + 1], position[max(1, end - RECENT_INTERVALS) : end + 1])
    return now / before - 1 if before > 0 else NAN


def _pace(time: Floats, position: Floats) -> float:
    """Return the seconds per position over some rows, NaN where they are fewer than two or do not progress."""
    per_second = rate(time, position)
    return 1 / per_second if per_second > 0 else NAN


def _both_finite(time: Floats, position: Floats) -> tuple[Floats, Floats]:
    usable = np.isfinite(time) & np.isfinite(position)
    return (time, position) if usable.all() else (time[usable], position[usable])
