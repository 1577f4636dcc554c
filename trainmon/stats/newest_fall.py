"""Whether a noisy series has begun to fall, and since when: its newest part against what came before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.stats.arrays import Floats
from trainmon.stats.robust import NORMAL_MAD, noise
from trainmon.stats.smoothing import running_median

MOST = 320  # block medians: the newest hundredth of a long series still has two
LENGTHS = (3, 4, 6, 8, 12, 16, 24, 36, 54, 80, 120, 180)  # of the newest part, in values
FEWEST_BEFORE = 16  # values: what came before must be known to be steady
WIDER = 3  # times what came before: over so many values its own wandering is measured
NOISES = 5.0  # robust standard deviations that the same measure has by noise alone
USUAL, USUAL_PERCENTILE = 3.0, 95.0  # times the falls of this length that were usual before: the teeth of a saw
FELL_BEFORE = 0.25  # of the pace since the onset: what fell as fast before has not begun to fall
STILL_FALLS = 0.5  # of that pace, over the newer half: what comes to rest has slowed down
AT_ONCE = 0.35  # of the depth, between neighbours, beside what a line has there: more is a step


@dataclass(frozen=True)
class Fall:
    """A fall from `level`, by `depth` up to now, that began at value `onset` of a series and has gone on for `lasted` values."""

    onset: int
    lasted: int
    level: float
    depth: float

    @property
    def share(self) -> float:
        """The depth as a share of the level."""
        return self.depth / self.level


def newest_fall(values: Floats, least: float) -> Fall | None:
    """Return the fall that values [n], finite and above 0, are in by now; None where they are in none.

    A fall by less than the share `least` of the level is none. For each length of the newest part, a line is put through it, by
    least squares, that begins at the level before it. How deep that reaches is compared with noise and with what it usually was
    before, and its shape with that of a step, which is no fall.
    Source: Eichinger & Kirch 2018 (Bernoulli 24, 526-564) on moving sums of several lengths; Hinkley 1971 (Biometrika 58,
    509-523) on the line that bends once, in the place of their step.
    """
    if len(values) < FEWEST_BEFORE + LENGTHS[0]:
        return None
    size = -(-len(values) // MOST)
    blocks = values[len(values) % size :].reshape(-1, size)  # of one size, up to the newest value
    with np.errstate(all="ignore"):  # values near the largest float: what they make of a comparison is False
        y = running_median(np.median(blocks, axis=1), 3)
        strengths = [_strength(y, length, least) for length in LENGTHS if len(y) >= length + FEWEST_BEFORE]
    if not any(strengths):
        return None
    onset, level, depth = _bent_line(y, LENGTHS[int(np.argmax(strengths))])
    lasted = (len(y) - onset) * size
    return Fall(len(values) - lasted, lasted, level, depth)


def _strength(y: Floats, length: int, least: float) -> float:
    """Return how many times as deep as noise and custom allow the newest values are in a fall of some length; 0 for none."""
    before = min(max(FEWEST_BEFORE, length), len(y) - length)
    earlier, part = y[-length - before : -length], y[-length:]
    level, depth = float(earlier.mean()), float(_depths(y[-length - before :], length, before)[-1])
    if not depth > least * level:
        return 0.0
    allowed = max(NOISES * _error(y, length, before), USUAL * _usual(_depths(y, length, before)[:-length]))
    if not depth > allowed or -_slope(earlier) * length > FELL_BEFORE * depth or not _goes_on(level - part, depth):
        return 0.0
    return depth / max(allowed, np.finfo(float).tiny)


def _depths(y: Floats, length: int, before: int) -> Floats:
    """Return how deep a line from the level of `before` values reaches over the next `length`, for each end of such a part."""
    places = np.arange(1.0, length + 1)
    sums = np.convolve(y, places[::-1], mode="valid")[before:]
    total = np.cumsum(np.append(0.0, y))
    levels = (total[before : before + len(sums)] - total[: len(sums)]) / before
    return np.asarray(length * (levels * places.sum() - sums) / (places**2).sum())


def _error(y: Floats, length: int, before: int) -> float:
    """Return the standard deviation of such a depth where there is no fall, by what came before it."""
    earlier = y[:-length][-WIDER * before :]
    apart = NORMAL_MAD * float(np.median(np.abs(earlier - np.median(earlier))))
    places = np.arange(1.0, length + 1)
    return float(max(noise(y), apart) * np.sqrt(length**2 / (places**2).sum() + 1 / before))


def _usual(depths: Floats) -> float:
    return float(np.percentile(depths, USUAL_PERCENTILE)) if len(depths) else 0.0


def _goes_on(below: Floats, depth: float) -> bool:
    """Say whether values lie below a level as on a line that goes on, by `below` [n], and not as after a step or at rest."""
    length = len(below)
    line = depth * np.arange(1.0, length + 1) / length
    if ((below - line) ** 2).sum() >= _off_step(below):
        return False
    if (below[2:] - below[:-2]).max() > (AT_ONCE + 2 / length) * depth:
        return False
    newer = below[length // 2 :]
    return bool(below[-1] >= below.max()) if len(newer) < 3 else _slope(newer) > STILL_FALLS * depth / length


def _off_step(below: Floats) -> float:
    """Return the least sum of squares around 0 up to a step, and around a mean of their own after it."""
    squares, sums = np.append(0.0, np.cumsum(below**2)), np.append(0.0, np.cumsum(below))
    left = len(below) - np.arange(len(below))
    return float((squares[-1] - (sums[-1] - sums[:-1]) ** 2 / left).min())


def _slope(y: Floats) -> float:
    """Return the slope of the line through values [n], by least squares, for one of them."""
    at = np.arange(len(y)) - (len(y) - 1) / 2
    return float((at * y).sum() / (at**2).sum())


def _bent_line(y: Floats, length: int) -> tuple[int, float, float]:
    """Return where the fall of about the newest `length` values began, its level, and its depth: the bent line that fits best."""
    first = max(0, len(y) - 2 * length - FEWEST_BEFORE)
    part = y[first:]
    onsets = np.arange(LENGTHS[0], len(part) - 1)
    levels = np.cumsum(part)[onsets - 1] / onsets
    places = np.maximum(np.arange(len(part)) - onsets[:, None] + 1.0, 0.0)  # from 1 at the onset on, [onsets, part]
    slopes = (places * (levels[:, None] - part)).sum(axis=1) / (places**2).sum(axis=1)
    off = ((part - levels[:, None] + slopes[:, None] * places) ** 2).sum(axis=1)
    best = int(off.argmin())
    return first + int(onsets[best]), float(levels[best]), float(slopes[best] * places[best, -1])
