"""Whether the newest part of a series differs from what came just before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from trainmon.stats.arrays import Floats
from trainmon.stats.robust import noise_around_curve

FEWEST_NEW, MOST_NEW = 3, 0.1  # values: the least part that is compared, and the largest, as a share of all
WIDER = 1.5  # one width after another
FEWEST_BEFORE, MOST_BEFORE = 8, 16  # stretches that the newest is compared with
LEVEL = 5  # stretches whose median is the level at a place: the lowest single one is so by chance
MEDIAN_ERROR = 1.25  # standard errors of a mean: that of a median


@dataclass(frozen=True)
class Change:
    """The newest `count` values, whose median is `now`, against `before`, the lowest level of the stretches before them.

    `noises` is their distance in standard deviations of such medians.
    """

    before: float
    now: float
    noises: float
    count: int


def newest_rise(values: Floats) -> Change | None:
    """Return the part at the end of finite values [n] that rose most clearly, None where none did or they are too few.

    Parts of many widths are tried, each against up to twenty stretches of the same width before it, whose spread holds the
    autocorrelation of the values too. Source: the window-limited likelihood ratio of Willsky & Jones 1976 and Lai 1995
    (J. R. Stat. Soc. B 57, 613-658), with medians in place of means.
    """
    found = None
    width = FEWEST_NEW
    while width <= max(FEWEST_NEW, MOST_NEW * len(values)):
        change = _against_before(values, width)
        if change is not None and (found is None or change.noises > found.noises):
            found = change
        width = int(np.ceil(WIDER * width))
    return found


def _against_before(values: Floats, width: int) -> Change | None:
    stretches = min(MOST_BEFORE, len(values) // width - 1)
    if stretches < FEWEST_BEFORE:
        return None
    recent = values[len(values) - (stretches + 1) * width :]
    medians = np.median(recent.reshape(-1, width), axis=1)
    level = float(np.median(sliding_window_view(medians[:-1], LEVEL), axis=1).min())
    now = float(medians[-1])
    if not now > level:
        return None
    spread = max(noise_around_curve(medians[:-1]), MEDIAN_ERROR * noise_around_curve(recent) / np.sqrt(width))
    return Change(level, now, (now - level) / spread if spread > 0 else 0.0, width)
