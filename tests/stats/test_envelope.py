"""A long noisy series as few stretches."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainmon.stats.arrays import Floats
from trainmon.stats.envelope import envelope


def test_a_short_series_is_itself() -> None:
    y = np.array([1.0, np.nan, 3.0])
    found = envelope(np.arange(3.0), y, 10)
    assert found.size == 1
    assert found.mean is y


def test_a_long_one_becomes_means_and_ranges_and_gaps_stay() -> None:
    y = np.array([1.0, 3.0, np.nan, np.nan, 5.0, np.nan, 8.0])
    found = envelope(np.arange(7.0), y, 4)
    np.testing.assert_array_equal(found.x, [0, 2, 4, 6])
    np.testing.assert_array_equal(found.mean, [2, np.nan, 5, 8])
    np.testing.assert_array_equal(found.low, [1, np.nan, 5, 8])
    np.testing.assert_array_equal(found.high, [3, np.nan, 5, 8])


def test_new_readings_leave_the_stretches_before_them_as_they_were() -> None:
    y = np.random.default_rng(0).standard_normal(5_000)
    x = np.arange(5_000.0)
    one, other = envelope(x[:4_500], y[:4_500], 250), envelope(x, y, 250)
    assert one.size == other.size
    np.testing.assert_array_equal(one.mean[:-1], other.mean[: len(one.mean) - 1])


@given(arrays(np.float64, st.integers(0, 600)), st.integers(1, 300))
def test_no_numbers_make_it_raise_and_no_more_than_asked_for_come(y: Floats, most: int) -> None:
    found = envelope(np.arange(float(len(y))), y, most)
    assert len(found.x) == len(found.mean) == len(found.low) == len(found.high) <= most
