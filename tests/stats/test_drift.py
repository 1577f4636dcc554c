"""Where a noisy series goes: swings are no trend, and the interval holds as often as it says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainmon.stats.arrays import Floats
from trainmon.stats.drift import FEWEST, Drift, drift, reach

SERIES = 100  # of each kind: the limits below are three standard errors under what was counted on many more
X = np.arange(300.0)


def drawn(y: Floats) -> Drift:
    found = drift(np.arange(float(len(y))), y)
    assert found is not None
    return found


def alike(count: int, carried: float, random: np.random.Generator) -> Floats:
    """Return noise of deviation 1, of which each value keeps a share of the one before."""
    y = np.empty(count)
    y[0] = random.standard_normal()
    for at in range(1, count):
        y[at] = carried * y[at - 1] + np.sqrt(1 - carried**2) * random.standard_normal()
    return y


def sawtooth(count: int, teeth: float, random: np.random.Generator) -> Floats:
    """Return what a garbage collector leaves: memory falls steadily and comes back at once."""
    return -((np.arange(count) * teeth / count + random.random()) % 1) + 0.03 * random.standard_normal(count)


KINDS: dict[str, tuple[Callable[[np.random.Generator], Floats], float]] = {
    "white": (lambda random: random.standard_normal(200), 0.88),
    "heavy tails": (lambda random: random.standard_t(1.5, 200), 0.88),
    "alike": (lambda random: alike(300, 0.9, random), 0.83),
    "very alike": (lambda random: alike(500, 0.99, random), 0.83),
    "three teeth": (lambda random: sawtooth(300, 2.7, random), 0.95),
    "ten teeth": (lambda random: sawtooth(300, 10.3, random), 0.95),
    "forty teeth": (lambda random: sawtooth(1_000, 40, random), 0.95),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_interval_of_the_slope_holds_the_true_one(kind: str) -> None:
    make, share = KINDS[kind]
    random = np.random.default_rng(5)
    lines = [drawn(make(random) - 0.01 * np.arange(len(make(random)))) for _ in range(SERIES)]
    assert np.mean([abs(line.slope + 0.01) <= line.error for line in lines]) >= share


@pytest.mark.parametrize("kind", KINDS)
def test_swings_are_no_trend(kind: str) -> None:
    random = np.random.default_rng(6)
    assert np.mean([drawn(KINDS[kind][0](random)).falls for _ in range(SERIES)]) <= 0.09


def test_the_range_of_a_forecast_holds_where_the_level_reaches_the_limit() -> None:
    random = np.random.default_rng(7)
    found = [reach(drawn(1_000 - 2 * X + 100 * sawtooth(len(X), 8.2, random) + 50), 0.0) for _ in range(SERIES)]
    assert all(each is not None and each.low <= 500 <= each.high for each in found)


def test_a_fall_is_told_with_its_slope_and_where_it_ends() -> None:
    line = drawn(10_000 - 20 * X + 30 * np.random.default_rng(0).standard_normal(len(X)))
    assert line.falls
    assert line.slope == pytest.approx(-20, abs=0.2)
    end = reach(line, 1_000)
    assert end is not None
    assert end.low < end.at < end.high
    assert end.at == pytest.approx(450, abs=3)


def test_the_band_holds_the_readings_that_it_is_made_of() -> None:
    y = 10_000 - 20 * X + 300 * np.random.default_rng(0).standard_normal(len(X))
    low, high = drawn(y).band(X)
    assert 0.88 <= np.mean((low <= y) & (y <= high)) <= 0.96


@pytest.mark.parametrize(
    ("y", "slope"),
    [
        (np.where(X < 150, 10_000.0, 10_000 - 40 * (X - 150)), -40),  # falls late
        (np.where(X < 120, 9_000.0, 7_000.0), 0),  # another process took its share
        (10_000 + 3_000 * np.exp(-X / 20), 0),  # a cache fills and comes to rest
    ],
)
def test_where_a_line_does_not_hold_to_the_end_the_last_part_counts(y: Floats, slope: float) -> None:
    line = drawn(y + 5 * np.random.default_rng(1).standard_normal(len(X)))
    assert line.slope == pytest.approx(slope, abs=1)
    assert line.at(X[-1]) == pytest.approx(y[-1], abs=30)


def test_a_constant_neither_falls_nor_rises_and_reaches_nothing() -> None:
    line = drawn(np.full(100, 8_000.0))
    assert (line.slope, line.falls, line.rises) == (0, False, False)
    assert reach(line, 1_000) is None


def test_a_limit_that_has_been_passed_is_reached_now() -> None:
    line = drawn(10_000 - 50 * X[:190])
    end = reach(line, 5_000)
    assert end is not None
    assert (end.at, end.low, end.high) == (189, 189, 189)


def test_too_few_readings_or_only_one_place_tell_nothing() -> None:
    assert drift(X[: FEWEST - 1], X[: FEWEST - 1]) is None
    assert drift(np.zeros(50), X[:50]) is None


@given(st.floats(1e-6, 1e6), st.floats(-1e6, 1e6), st.floats(1e-3, 1e3), st.integers(0, 5))
def test_units_change_nothing_but_the_units(scale: float, shift: float, wide: float, seed: int) -> None:
    y = np.random.default_rng(seed).standard_normal(60) - 0.05 * X[:60]
    one, other = drift(X[:60], y), drift(wide * X[:60], scale * y + shift * scale)
    assert one is not None
    assert other is not None
    assert other.slope * wide / scale == pytest.approx(one.slope, rel=1e-3, abs=1e-6)
    assert other.error * wide / scale == pytest.approx(one.error, rel=1e-3, abs=1e-6)


@given(arrays(np.float64, st.integers(0, 60)), arrays(np.float64, st.integers(0, 60)), st.floats())
def test_no_numbers_make_it_raise(x: Floats, y: Floats, limit: float) -> None:
    count = min(len(x), len(y))
    line = drift(np.sort(x[:count]), y[:count])
    if line is not None:
        line.band(x)
        reach(line, limit)
