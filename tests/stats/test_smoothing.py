"""Smoothing: what pandas gives, anew after gaps and restarts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainmon.stats import smoothing
from trainmon.stats.arrays import Floats
from trainmon.stats.smoothing import ema, running_median, trailing_mean

NAN = float("nan")
anything = arrays(np.float64, st.integers(0, 5))
ordinary = arrays(np.float64, st.integers(0, 300), elements=st.floats(-1e6, 1e6))
weights = st.floats(0, 0.999)


def pandas_ema(values: Floats, weight: float) -> Floats:
    return pd.Series(values).ewm(alpha=1 - weight, adjust=True).mean().to_numpy()


@given(ordinary, weights)
def test_the_average_equals_that_of_pandas(values: Floats, weight: float) -> None:
    np.testing.assert_allclose(ema(values, weight), pandas_ema(values, weight), rtol=1e-9, atol=1e-6)


@given(arrays(np.float64, 200, elements=st.sampled_from([1.0, 2.0, -5.0, NAN, np.inf])), st.sets(st.integers(0, 199)), weights)
def test_each_stretch_between_gaps_and_breaks_is_averaged_alone(values: Floats, breaks: set[int], weight: float) -> None:
    expected = np.full(200, NAN)
    edges = sorted({0, 200, *breaks, *(i for i in range(200) if not np.isfinite(values[i]))})
    for start, stop in zip(edges, edges[1:], strict=False):
        start += not np.isfinite(values[start])
        expected[start:stop] = pandas_ema(values[start:stop], weight)
    np.testing.assert_allclose(ema(values, weight, np.array(sorted(breaks), dtype=np.int64)), expected, rtol=1e-9, atol=1e-9)


def test_weight_0_returns_the_values() -> None:
    np.testing.assert_array_equal(ema(np.array([3.0, 1.0, NAN, 2.0]), 0.0), [3.0, 1.0, NAN, 2.0])


def test_the_first_value_is_not_pulled_to_zero() -> None:
    np.testing.assert_allclose(ema(np.array([4.0, 4.0, 4.0]), 0.99), [4.0, 4.0, 4.0])


def test_breaks_outside_the_series_are_ignored() -> None:
    np.testing.assert_allclose(ema(np.array([1.0, 3.0]), 0.5, np.array([-1, 0, 2, 9])), [1.0, 3.5 / 1.5])


@pytest.mark.parametrize("weight", [1.0, -0.1, NAN])
def test_a_weight_outside_0_to_1_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="weight must be at least 0 and below 1, got"):
        ema(np.array([1.0]), weight)


class CountedRows(np.ndarray[tuple[int, ...], np.dtype[np.float64]]):
    """An array that counts how often it is written to."""

    writes = 0

    def __setitem__(self, key: object, value: object) -> None:
        CountedRows.writes += 1
        super().__setitem__(key, value)


def test_a_gap_at_every_second_value_takes_no_more_python_steps_than_none(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = smoothing._in_lanes
    monkeypatch.setattr(smoothing, "_in_lanes", lambda values, steps: whole(values, steps).view(CountedRows))

    def writes(values: Floats) -> int:
        CountedRows.writes = 0
        ema(values, 0.9)
        return CountedRows.writes

    broken = np.ones(10_000)
    broken[::2] = NAN
    assert writes(broken) == writes(np.ones(10_000)) < 1_000


def test_a_running_median_is_cut_short_at_both_ends_and_skips_what_is_not_finite() -> None:
    result = running_median(np.array([5.0, 1.0, 3.0, np.inf, 9.0]), 3)
    np.testing.assert_array_equal(result, [3.0, 3.0, 2.0, 6.0, 9.0])


def test_a_running_median_without_anything_finite_in_the_window_is_nan() -> None:
    np.testing.assert_array_equal(running_median(np.array([1.0, NAN, NAN, NAN]), 3), [1.0, 1.0, NAN, NAN])


@pytest.mark.parametrize("window", [0, -1, 4])
def test_an_even_or_empty_window_is_refused(window: int) -> None:
    with pytest.raises(ValueError, match="window must be an odd number of values, got"):
        running_median(np.array([1.0]), window)


@given(anything, weights, st.sampled_from([1, 3, 101]))
def test_no_numbers_make_smoothing_raise(values: Floats, weight: float, window: int) -> None:
    finite = np.isfinite(values)
    assert len(ema(values, weight)) == len(running_median(values, window)) == len(values)
    assert np.isnan(ema(values, weight)[~finite]).all()


def test_a_trailing_mean_is_of_what_came_before_and_passes_over_what_is_not_finite() -> None:
    result = trailing_mean(np.array([1.0, 0.0, NAN, 1.0, 1.0, 1.0]), 3)
    np.testing.assert_allclose(result, [1.0, 0.5, NAN, 0.5, 1.0, 1.0])
    assert len(trailing_mean(np.zeros(0), 3)) == 0


def test_a_trailing_mean_of_more_than_there_is_is_the_mean_so_far() -> None:
    np.testing.assert_allclose(trailing_mean(np.array([1.0, 0.0, 0.5]), 9), [1.0, 0.5, 0.5])


def test_a_trailing_mean_over_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="window must be a positive number of values, got 0"):
        trailing_mean(np.array([1.0]), 0)
