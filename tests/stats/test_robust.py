"""Noise, block medians and slopes that outliers do not move."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainmon.stats.arrays import Floats
from trainmon.stats.robust import block_medians, noise, theil_sen, trimmed_mean

NAN = float("nan")
Pair = tuple[Floats, Floats]
anything = arrays(np.float64, st.integers(0, 5))
pairs = st.integers(0, 5).flatmap(lambda n: st.tuples(arrays(np.float64, n), arrays(np.float64, n)))


def test_noise_is_the_standard_deviation_whatever_the_trend_and_a_few_outliers() -> None:
    values = np.random.default_rng(0).normal(0, 0.1, 5000) + np.linspace(9, 1, 5000)
    values[::100] = 1e6
    assert noise(values) == pytest.approx(0.1, rel=0.05)


def test_noise_of_a_straight_line_is_zero() -> None:
    assert noise(np.arange(10.0)) == 0


def test_noise_of_fewer_than_three_finite_values_is_nan() -> None:
    assert np.isnan(noise(np.array([1.0, NAN, 5.0, np.inf])))
    assert noise(np.array([1.0, NAN, 5.0, 9.0])) == 0


def test_block_medians_share_out_the_finite_values_evenly_in_order() -> None:
    np.testing.assert_array_equal(block_medians(np.array([1.0, 2.0, 9.0, NAN, 4.0, 5.0, 6.0, 8.0]), 3), [2.0, 4.5, 7.0])


@given(arrays(np.float64, st.integers(0, 90), elements=st.floats(-10, 10)), st.integers(1, 40))
def test_block_medians_are_those_of_an_even_split(values: Floats, blocks: int) -> None:
    expected = [np.median(block) for block in np.array_split(values, blocks)] if len(values) > blocks else values
    np.testing.assert_array_equal(block_medians(values, blocks), expected)


def test_fewer_values_than_blocks_stay_as_they_are() -> None:
    np.testing.assert_array_equal(block_medians(np.array([NAN, 2.0, 1.0])), [2.0, 1.0])


def test_the_slope_is_that_of_the_line_under_the_outliers() -> None:
    y = 3 * np.arange(30.0) + 1
    y[[4, 20]] = [1e9, -1e9]
    assert theil_sen(np.arange(30.0), y) == pytest.approx(3)


def test_the_slope_of_many_points_is_taken_over_block_medians() -> None:
    x = np.arange(100_000.0)
    assert theil_sen(x, -0.5 * x) == pytest.approx(-0.5)


def test_the_slope_needs_two_different_x() -> None:
    assert np.isnan(theil_sen(np.array([1.0, 1.0]), np.array([1.0, 2.0])))
    assert np.isnan(theil_sen(np.array([1.0, NAN, 3.0]), np.array([1.0, 2.0, np.inf])))


@given(pairs)
def test_no_numbers_make_the_robust_figures_raise(xy: Pair) -> None:
    x, y = xy
    assert isinstance(noise(y), float)
    assert isinstance(theil_sen(x, y), float)
    assert len(block_medians(y, 2)) == min(2, np.isfinite(y).sum())


def test_the_trimmed_mean_ignores_a_few_values_far_off_and_does_not_jump_between_two_levels() -> None:
    assert trimmed_mean(np.array([1.0, 2.0, 3.0, 4.0, 1e9, 2.0, 3.0, -1e9])) == 2.5
    assert trimmed_mean(np.array([0.0, 1.0] * 5)) == 0.5
    assert trimmed_mean(np.array([7.0])) == 7
    assert np.isnan(trimmed_mean(np.array([])))
    assert trimmed_mean(np.full(4, 1.7e308)) == pytest.approx(1.7e308)
