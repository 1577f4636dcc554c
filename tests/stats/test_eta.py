"""The time that is left."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainmon.stats.arrays import Floats
from trainmon.stats.eta import Eta, eta

NAN = float("nan")
Pair = tuple[Floats, Floats]
pairs = st.integers(0, 9).flatmap(lambda n: st.tuples(arrays(np.float64, n), arrays(np.float64, n)))


def times(*seconds: float | Floats) -> Floats:
    return np.cumsum(np.concatenate([[0.0], *(np.atleast_1d(s) for s in seconds)]))


def test_even_steps_leave_their_number_times_their_length_and_no_doubt() -> None:
    assert eta(np.arange(0, 20, 2.0), np.arange(0, 100, 10.0), 190.0) == Eta(20.0, 20.0, 20.0)


def test_the_first_interval_is_left_out() -> None:
    assert eta(times(15.0, np.full(9, 1.0)), np.arange(11.0), 20.0) == Eta(10.0, 10.0, 10.0)


def test_the_estimate_is_half_the_whole_session_and_half_the_last_fifty() -> None:
    time = times(1.0, np.full(50, 1.0), np.full(50, 3.0))
    result = eta(time, np.arange(102.0), 111.0 + 90)
    assert result.seconds == pytest.approx(100 * (0.5 * 2.0 + 0.5 * 3.0))
    assert result.low < 200 < 300 < result.high


def test_pauses_that_are_part_of_the_work_are_counted() -> None:
    seconds = np.tile(np.r_[np.full(49, 1.0), 300.0], 4)
    result = eta(times(1.0, seconds), np.arange(202.0), 301.0)
    assert result.seconds == pytest.approx(100 * (49 + 300) / 50)


def test_a_night_between_two_sessions_is_not_counted() -> None:
    time = times(np.full(50, 4.0), 8 * 3600.0, np.full(20, 1.0))
    assert eta(time, np.arange(72.0), 171.0) == Eta(100.0, 100.0, 100.0)


def test_three_nights_are_no_work_either() -> None:
    time = times(*[np.r_[8 * 3600.0, np.full(50, 1.0)]] * 3)
    assert eta(time, np.arange(154.0), 253.0) == Eta(100.0, 100.0, 100.0)


def test_a_coarser_logging_interval_is_no_gap() -> None:
    position = np.r_[np.arange(11.0), 110.0, 210.0]
    assert eta(position, position, 310.0) == Eta(100.0, 100.0, 100.0)


def test_noise_makes_a_range_around_the_estimate() -> None:
    time = times(np.random.default_rng(0).exponential(2.0, 30))
    result = eta(time, np.arange(31.0), 100.0)
    assert 0 < result.low < result.seconds < result.high < 3 * result.seconds


def test_what_is_longer_ago_than_a_hundred_thousand_rows_says_nothing_of_the_pace() -> None:
    time = times(1.0, np.r_[np.full(50_000, 3.0), np.full(100_100, 1.0)])
    assert eta(time, np.arange(150_102.0), 150_201.0) == Eta(100.0, 100.0, 100.0)


def test_a_total_that_is_reached_leaves_nothing() -> None:
    assert eta(np.arange(3.0), np.array([8.0, 9.0, 10.0]), 10.0) == Eta(0.0, 0.0, 0.0)


def test_rows_that_were_logged_again_count_once_where_they_are_newest() -> None:
    time = np.r_[np.arange(10.0), 100.0 + np.arange(11.0)]
    position = np.r_[np.arange(10.0), 5.0 + np.arange(11.0)]
    assert eta(time, position, 25.0) == Eta(10.0, 10.0, 10.0)


def test_a_clock_set_back_costs_one_interval() -> None:
    time = np.r_[1000.0 + np.arange(10.0), np.arange(10.0)]
    assert eta(time, np.arange(20.0), 29.0) == Eta(10.0, 10.0, 10.0)


@pytest.mark.parametrize(
    ("time", "position", "total"),
    [
        ([], [], 10.0),
        ([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0, 3.0], 10.0),
        ([0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 2.0, 3.0, 4.0], NAN),
        ([7.0, 7.0, 7.0, 7.0, 7.0], [0.0, 1.0, 2.0, 3.0, 4.0], 10.0),
        ([NAN, NAN, NAN, NAN, NAN], [0.0, 1.0, 2.0, 3.0, 4.0], 10.0),
    ],
)
def test_too_little_to_go_by_gives_no_estimate(time: list[float], position: list[float], total: float) -> None:
    assert eta(np.array(time), np.array(position), total) is None


@given(pairs, st.floats())
def test_no_numbers_make_the_estimate_raise_or_leave_its_range(both: Pair, total: float) -> None:
    result = eta(*both, total)
    assert result is None or 0 <= result.low <= result.seconds <= result.high < np.inf
