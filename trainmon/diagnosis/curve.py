"""A series made right before any check: non-finite values apart, long series in blocks, its level and its noise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from trainmon.stats.arrays import Floats, Indices
from trainmon.stats.robust import NORMAL_MAD, block_medians, noise
from trainmon.stats.smoothing import running_median

MOST_BLOCKS = 4096  # a check then costs the same for a million rows as for four thousand
TREND_BLOCKS = 30  # medians of so few have lost most of the autocorrelation that makes false trends
EDGE_SHARE = 0.05  # of the values: their median is where a series begins and ends


@dataclass(frozen=True, eq=False)
class Curve:
    """The finite values of a metric in blocks of `size` rows (1 for all but long series), and where it was not finite.

    `values` are block medians [n], `rows` the row index of each block's first value, `highest` and `highest_rows` the
    largest value of each block and its row, `lowest` the smallest. `bad_rows` are the rows with nan or infinity. `all_rows` and
    `all_values` are what it was made of, [logged].
    """

    metric: str
    rows: Indices
    values: Floats
    highest: Floats
    highest_rows: Indices
    lowest: Floats
    size: int
    count: int
    logged: int
    last_row: int
    bad_rows: Indices
    all_rows: Indices
    all_values: Floats

    def __len__(self) -> int:
        return len(self.values)

    def before(self, row: int) -> Curve:
        """Return the part of the curve before a row, in the blocks that it has now: that costs next to nothing."""
        n, bad = int(np.searchsorted(self.rows, row)), self.bad_rows[self.bad_rows < row]
        count, logged = min(self.count, n * self.size), int(np.searchsorted(self.all_rows, row))
        return replace(
            self, rows=self.rows[:n], values=self.values[:n], highest=self.highest[:n], highest_rows=self.highest_rows[:n],
            lowest=self.lowest[:n], count=count, logged=count + len(bad), last_row=min(self.last_row, row - 1), bad_rows=bad,
            all_rows=self.all_rows[:logged], all_values=self.all_values[:logged],
        )  # fmt: skip

    def as_of(self, row: int, earlier: Curve | None = None) -> Curve:
        """Return the curve exactly as it was before a row was logged: in the smaller blocks that it had then.

        `earlier` is the curve as of an earlier row, from which it then goes on.
        """
        logged = int(np.searchsorted(self.all_rows, row))
        return curve(self.metric, self.all_rows[:logged], self.all_values[:logged], earlier)

    def begins(self, other: Curve) -> bool:
        """Return whether another curve was made of the same rows and values, with more behind them or none."""
        same_rows = np.array_equal(self.all_rows, other.all_rows[: self.logged])
        return same_rows and np.array_equal(self.all_values, other.all_values[: self.logged], equal_nan=True)

    @cached_property
    def level(self) -> float:
        """What percentages are of: the median where all values are above 0, else the range from the 5th to the 95th; never 0."""
        if not len(self):
            return float("nan")
        if self.values.min() > 0:
            return float(np.median(self.values))
        low, high = np.percentile(self.values, [5, 95])
        return float(high - low) or float(np.ptp(self.values)) or abs(float(self.values[0])) or 1.0

    @cached_property
    def noise(self) -> float:
        """The standard deviation of the values around their trend, 0 where it cannot be told."""
        return float(np.nan_to_num(noise(self.values)))

    @cached_property
    def window(self) -> int:
        """The odd number of values in a running median: a twentieth of them, 3 to 101."""
        return min(101, max(3, len(self) // 20)) | 1

    @cached_property
    def smooth(self) -> Floats:
        """The running median of the values."""
        return running_median(self.values, self.window)

    @cached_property
    def smooth_noise(self) -> float:
        """The noise of the running median, by its differences from one window to the next: neighbours that are alike show."""
        apart = self.smooth[self.window :] - self.smooth[: -self.window]
        return float(NORMAL_MAD * np.median(np.abs(apart - np.median(apart))) / np.sqrt(2)) if len(apart) > 2 else 0.0

    @cached_property
    def blocks(self) -> Floats:
        """Medians of thirty stretches: what a trend is judged on."""
        return block_medians(self.values, TREND_BLOCKS)

    def start(self, share: float = EDGE_SHARE) -> float:
        """Return the median of the first values, of at least 3."""
        return float(np.median(self.values[: edge(len(self), share)]))

    def end(self, share: float = EDGE_SHARE) -> float:
        """Return the median of the last values, of at least 3."""
        return float(np.median(self.values[-edge(len(self), share) :]))

    def at(self, row: int) -> float:
        """Return the last value at or before a row, NaN where there is none."""
        n = int(np.searchsorted(self.rows, row, side="right"))
        return float(self.values[n - 1]) if n else float("nan")

    def smooth_at(self, rows: Indices) -> Floats:
        """Return the running median at or before each row, the first one before it begins; NaN where there are no values."""
        if not len(self):
            return np.full(len(rows), np.nan)
        return self.smooth[np.maximum(np.searchsorted(self.rows, rows, side="right") - 1, 0)]


def edge(count: int, share: float) -> int:
    """Return how many of `count` values a share of them is, at least 3."""
    return max(3, int(share * count))


def curve(metric: str, rows: Indices, values: Floats, earlier: Curve | None = None) -> Curve:
    """Return the curve of what a metric logged (nan and inf included) on some rows, both [n], rows ascending.

    The size of a block is a power of two and blocks begin at the first value: a longer series keeps the blocks that it had.
    `earlier` is the curve of the first of these values: where its blocks serve, only the new ones are made.
    """
    if earlier is None or earlier.size == 1:
        return _curve(metric, rows, values)
    if earlier.logged == len(values):
        return earlier
    whole = earlier.count // earlier.size
    start = int(np.searchsorted(rows, earlier.rows[whole])) if whole < len(earlier) else earlier.logged
    rest = _curve(metric, rows[start:], values[start:], earlier.size)
    if whole * earlier.size + rest.count > MOST_BLOCKS * earlier.size:
        return _curve(metric, rows, values)
    return replace(_joined(earlier, whole, rest, int(rows[start])), all_rows=rows, all_values=values)


def _joined(earlier: Curve, whole: int, rest: Curve, begin: int) -> Curve:
    """Return the first `whole` blocks of a curve and, after them, those of the rest of its series, which begins at a row."""

    def both(name: str) -> npt.NDArray[Any]:
        return np.concatenate([getattr(earlier, name)[:whole], getattr(rest, name)])

    bad = earlier.bad_rows[earlier.bad_rows < begin]
    return replace(
        rest, rows=both("rows"), values=both("values"), highest=both("highest"), highest_rows=both("highest_rows"),
        lowest=both("lowest"), count=whole * earlier.size + rest.count,
        logged=whole * earlier.size + len(bad) + rest.logged, bad_rows=np.concatenate([bad, rest.bad_rows]),
    )  # fmt: skip


def _curve(metric: str, rows: Indices, values: Floats, size: int = 1) -> Curve:
    finite = np.isfinite(values)
    good, good_rows = (values, rows) if finite.all() else (values[finite], rows[finite])
    while len(good) > MOST_BLOCKS * size:
        size *= 2
    medians, highest, lowest, tops = (good, good, good, np.arange(len(good))) if size == 1 else _in_blocks(good, size)
    last = int(rows[-1]) if len(rows) else -1
    return Curve(
        metric, good_rows[::size], medians, highest, good_rows[tops], lowest, size, len(good), len(values), last, rows[~finite],
        rows, values,
    )  # fmt: skip


def _in_blocks(values: Floats, size: int) -> tuple[Floats, Floats, Floats, Indices]:
    """Return the median, highest and lowest value of each block of `size` values, and the place of the highest."""
    whole = len(values) // size * size
    table, rest = values[:whole].reshape(-1, size), values[whole:]
    medians, highest, lowest = np.median(table, axis=1), table.max(axis=1), table.min(axis=1)
    tops = np.arange(0, whole, size) + table.argmax(axis=1)
    if not len(rest):
        return medians, highest, lowest, tops
    return (
        np.append(medians, np.median(rest)),
        np.append(highest, rest.max()),
        np.append(lowest, rest.min()),
        np.append(tops, whole + rest.argmax()),
    )
