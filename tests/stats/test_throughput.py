"""Rates and gaps between rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainmon.stats.arrays import Floats
from trainmon.stats.throughput import gap_percentile, rate, recent_against_earlier, usual_gap, usual_interval

NAN = float("nan")
Pair = tuple[Floats, Floats]
pairs = st.integers(0, 5).flatmap(lambda n: st.tuples(arrays(np.float64, n), arrays(np.float64, n)))


def test_the_rate_goes_from_the_first_to_the_last_row_that_has_both_pauses_included() -> None:
    time = np.array([NAN, 100.0, 101.0, 102.0, 160.0, 170.0])
    position = np.array([0.0, 0.0, 1.0, 2.0, 30.0, NAN])
    assert rate(time, position) == 30 / 60


@pytest.mark.parametrize(
    ("time", "position"),
    [
        ([], []),
        ([1.0], [1.0]),
        ([1.0, 1.0], [0.0, 5.0]),
        ([2.0, 1.0], [0.0, 5.0]),
        ([1.0, 2.0], [5.0, 0.0]),
        ([1.0, NAN], [0.0, 1.0]),
    ],
)
def test_a_rate_without_time_or_with_a_position_that_goes_back_is_nan(time: list[float], position: list[float]) -> None:
    assert np.isnan(rate(np.array(time), np.array(position)))


def test_the_usual_gap_is_the_median_and_a_clock_set_back_is_left_out() -> None:
    assert usual_gap(np.array([0.0, 1.0, NAN, 3.0, -90.0, -85.0])) == 2.0


def test_a_high_percentile_of_the_gaps_sees_the_pauses() -> None:
    assert gap_percentile(np.array([0.0, 1.0, 2.0, 3.0, 13.0]), 100) == 10.0


def test_gaps_of_fewer_than_two_times_are_nan() -> None:
    assert np.isnan([usual_gap(np.array([])), usual_gap(np.array([5.0, NAN])), gap_percentile(np.array([1.0]), 95)]).all()


def test_a_pace_that_halves_takes_twice_as_long() -> None:
    time = np.cumsum(np.r_[np.full(500, 10.0), np.full(150, 20.0)])
    assert recent_against_earlier(time, np.arange(650.0)) == pytest.approx(1.0)


def test_a_pace_that_doubles_takes_half_as_long() -> None:
    time = np.cumsum(np.r_[np.full(500, 20.0), np.full(360, 10.0)])
    assert recent_against_earlier(time, np.arange(860.0)) == pytest.approx(-0.5)


def test_the_slow_first_interval_is_no_earlier_pace() -> None:
    time = np.cumsum(np.r_[0.0, 9000.0, np.full(100, 60.0)])
    assert recent_against_earlier(time, np.arange(102.0)) == pytest.approx(0.0)


def test_intervals_of_hours_are_not_compared_with_themselves() -> None:
    time = np.cumsum(np.r_[np.full(60, 3600.0), np.full(50, 7200.0)])
    assert recent_against_earlier(time, np.arange(110.0)) == pytest.approx(1.0)


def test_less_than_an_hour_cannot_be_compared() -> None:
    assert np.isnan(recent_against_earlier(np.arange(3000.0), np.arange(3000.0)))


@given(pairs)
def test_no_numbers_make_throughput_raise(both: Pair) -> None:
    time, position = both
    figures = [rate(time, position), usual_gap(time), gap_percentile(time, 95), recent_against_earlier(time, position)]
    assert all(isinstance(figure, float) for figure in figures)


def test_the_usual_interval_leaves_out_steps_that_begin_again() -> None:
    assert usual_interval(np.array([0.0, 10.0, 20.0, 0.0, 10.0]), 1.0) == 10.0
    assert usual_interval(np.array([5.0, 5.0, 4.0]), 1.0) == 1.0
    assert usual_interval(np.empty(0), 0.0) == 0.0
