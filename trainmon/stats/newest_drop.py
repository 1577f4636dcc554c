"""Whether the level of a noisy series has dropped lately, and since when: its newest part against what came before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trainmon.stats.arrays import Floats
from trainmon.stats.robust import NORMAL_MAD

MOST = 320  # block medians
LENGTHS = (5, 8, 13, 21, 34, 55, 89, 144, 233)  # of the newest part, in values: a pause takes fewer than the first
FEWEST_BEFORE = 15  # values: what came before must be known
UPPER = 0.7  # quantile of the newest part: nearly all of it is low, not its half alone
NOISES = 4.0  # robust standard deviations that the same measure has by noise alone
ALIKE = 6.0  # by how much neighbours that are alike, and a quantile in the place of a mean, raise the variance of the measure
USUAL = 1.2  # times the deepest such drop before: epochs that begin fast and end slow, long validations
SANK_BEFORE = 0.25  # of the drop, from the older to the newer half of what came before: what sinks slowly has not dropped


@dataclass(frozen=True)
class Drop:
    """A drop from the level `before` to `now`, at value `onset` of a series, that has lasted for `lasted` values."""

    onset: int
    lasted: int
    before: float
    now: float

    @property
    def share(self) -> float:
        """The drop as a share of the level before."""
        return 1 - self.now / self.before


def newest_drop(values: Floats, least: float) -> Drop | None:
    """Return the drop that the newest of values [n], finite and above 0, stand after; None where there is none.

    A drop by less than the share `least` is none. For each length of the newest part its upper values are compared with the
    median before it, and the difference with noise and with the deepest that it was before.
    Source: Eichinger & Kirch 2018 (Bernoulli 24, 526-564) on moving windows of several lengths, with medians for their sums.
    """
    size = -(-len(values) // MOST)
    blocks = np.median(values[len(values) % size :].reshape(-1, size), axis=1) if len(values) else values
    longest = len(blocks) - FEWEST_BEFORE
    lengths = [*(each for each in LENGTHS if each < longest), *([longest] if longest >= LENGTHS[0] else [])]
    found = [drop for length in lengths if (drop := _drop(blocks, length, least))]
    if not found:
        return None
    deepest = max(found, key=lambda each: each.share)
    onset = _onset(blocks, deepest)
    lasted = (len(blocks) - onset) * size
    return Drop(len(values) - lasted, lasted, deepest.before, float(np.median(blocks[onset:])))


def _drop(y: Floats, length: int, least: float) -> Drop | None:
    """Return the drop before the newest `length` values."""
    before = min(max(FEWEST_BEFORE, 2 * length), len(y) - length)
    earlier, part = y[-length - before : -length], y[-length:]
    level, now = float(np.median(earlier)), float(np.quantile(part, UPPER))
    if not now < (1 - least) * level:
        return None
    spread = NORMAL_MAD * float(np.median(np.abs(earlier - level)))
    sank = float(np.median(earlier[: before // 2]) - np.median(earlier[-(before // 2) :]))
    allowed = max(
        NOISES * spread * (ALIKE / length) ** 0.5, sank / SANK_BEFORE, USUAL * level * _deepest(y[:-length], length, before)
    )
    return Drop(len(y) - length, length, level, now) if level - now > allowed else None


def _deepest(y: Floats, length: int, before: int) -> float:
    """Return the deepest drop of the same kind in earlier values, as a share of the level; 0 where there was none."""
    if len(y) < length + FEWEST_BEFORE:
        return 0.0
    series = pd.Series(y)
    levels = series.rolling(before, min_periods=FEWEST_BEFORE).median().shift(length).to_numpy()
    upper = series.rolling(length).quantile(UPPER).to_numpy()
    return float(np.nanmax(np.append(1 - upper / levels, 0.0)))


def _onset(y: Floats, drop: Drop) -> int:
    """Return the value before which most are nearer to the level before, and from which on most are nearer to that of now."""
    first = max(0, 2 * drop.onset - len(y))
    nearer = np.where(y[first:] > (drop.before + drop.now) / 2, 1, -1)
    return first + min(int(np.cumsum(nearer).argmax()) + 1, len(nearer) - 1)
