"""Seconds since the start, and epochs as fractions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainmon.stats.arrays import Floats
from trainmon.stats.axes import epoch_range, epochs_done, first_epoch, fractional_epoch, relative_seconds

NAN = float("nan")
Pair = tuple[Floats, Floats]
pairs = st.integers(0, 5).flatmap(lambda n: st.tuples(arrays(np.float64, n), arrays(np.float64, n)))
BLANK = np.full(6, NAN)
NONE = np.array([], dtype=np.int64)


def test_seconds_count_from_the_first_row() -> None:
    np.testing.assert_array_equal(relative_seconds(np.array([100.0, 102.0, 105.0]), BLANK[:3], NONE), [0, 2, 5])


def test_the_pause_before_a_break_counts_as_the_usual_gap() -> None:
    time = np.array([100.0, 102.0, 104.0, 9000.0, 9003.0, 9006.0])
    np.testing.assert_array_equal(relative_seconds(time, BLANK, np.array([3])), [0, 2, 4, 6, 9, 12])


def test_an_attempt_of_one_row_uses_the_gap_known_before() -> None:
    time = np.array([0.0, 2.0, 500.0, 900.0, 903.0, NAN])
    np.testing.assert_array_equal(relative_seconds(time, BLANK, np.array([2, 3])), [0, 2, 4, 6, 9, NAN])


def test_blank_times_at_a_break_do_not_hide_the_pause() -> None:
    time = np.array([0.0, 1.0, NAN, NAN, 900.0, 901.0])
    np.testing.assert_array_equal(relative_seconds(time, BLANK, np.array([3])), [0, 1, NAN, NAN, 2, 3])


def test_a_clock_set_back_stands_still() -> None:
    time = np.array([10.0, 12.0, 5.0, 13.0])
    np.testing.assert_array_equal(relative_seconds(time, BLANK[:4], NONE), [0, 2, 2, 3])


def test_without_times_elapsed_seconds_go_on_where_they_start_again() -> None:
    elapsed = np.array([1.0, 3.0, 5.0, 1.0, 2.0, NAN])
    np.testing.assert_array_equal(relative_seconds(BLANK, elapsed, np.array([3])), [0, 2, 4, 5, 6, NAN])


def test_elapsed_seconds_that_already_go_on_are_not_carried_twice() -> None:
    elapsed = np.array([1.0, 3.0, 5.0, 6.0, 7.0, 8.0])
    np.testing.assert_array_equal(relative_seconds(BLANK, elapsed, np.array([3])), [0, 2, 4, 5, 6, 7])


def test_nothing_logged_is_nan() -> None:
    np.testing.assert_array_equal(relative_seconds(BLANK, BLANK, np.array([3])), BLANK)


def test_an_epoch_is_its_number_and_the_share_of_its_steps() -> None:
    epoch = np.array([1.0, 1.0, 2.0, 2.0, 3.0, 3.0])
    step = np.array([0.0, 50.0, 100.0, 150.0, 200.0, 275.0])
    np.testing.assert_array_equal(fractional_epoch(epoch, step), [1.0, 1.5, 2.0, 2.5, 3.0, 3.75])


def test_a_longer_epoch_ends_at_the_next() -> None:
    epoch, step = np.array([0.0, 1.0, 2.0, 2.0]), np.array([0.0, 100.0, 200.0, 350.0])
    np.testing.assert_array_equal(fractional_epoch(epoch, step), [0, 1, 2, 3])


def test_epochs_that_are_missing_count_in_the_length() -> None:
    epoch, step = np.array([0.0, 4.0, 4.0]), np.array([0.0, 400.0, 450.0])
    np.testing.assert_array_equal(fractional_epoch(epoch, step), [0, 4, 4.5])


def test_the_only_epoch_is_measured_by_its_own_span() -> None:
    np.testing.assert_array_equal(fractional_epoch(np.zeros(3), np.array([10.0, 20.0, 30.0])), [0, 0.5, 1])


def test_one_row_stands_at_the_start_of_its_epoch() -> None:
    np.testing.assert_array_equal(fractional_epoch(np.array([2.0]), np.array([70.0])), [2.0])


@pytest.mark.parametrize("epoch", [[0.0, 0.25, 1.0], [0.5, 1.0, NAN]])
def test_fractions_stay_as_they_are(epoch: list[float]) -> None:
    np.testing.assert_array_equal(fractional_epoch(np.array(epoch), np.arange(3.0)), epoch)


def test_rows_without_epoch_are_nan_and_rows_without_step_keep_theirs() -> None:
    epoch, step = np.array([0.0, NAN, 0.0, 1.0, 1.0]), np.array([0.0, 5.0, NAN, 10.0, 15.0])
    np.testing.assert_array_equal(fractional_epoch(epoch, step), [0, NAN, 0, 1, 1.5])


@given(pairs, st.lists(st.integers(-1, 6), max_size=3))
def test_no_numbers_make_relative_seconds_raise_or_go_back(both: Pair, breaks: list[int]) -> None:
    result = relative_seconds(*both, np.array(breaks, dtype=np.int64))
    finite = result[np.isfinite(result)]
    assert len(result) == len(both[0])
    assert (np.diff(finite) >= 0).all()
    assert not len(finite) or finite[0] == 0


@given(pairs)
def test_no_numbers_make_fractional_epochs_raise_or_leave_their_epoch(both: Pair) -> None:
    epoch, step = both
    result = fractional_epoch(epoch, step)
    finite = np.isfinite(epoch)
    np.testing.assert_array_equal(np.isfinite(result), finite)
    assert ((result[finite] >= epoch[finite]) & (result[finite] <= epoch[finite] + 1)).all()


@pytest.mark.parametrize(
    ("epochs", "planned", "first"),
    [
        ([0, 1, 2], None, 0),
        ([1, 2, 3], None, 1),
        ([5, 10, 15], 15, 1),
        ([5, 10, 15], 20, 0),
        ([0.5, 1, 1.5], None, 0),
        ([NAN, NAN], None, 0),
        ([NAN, 1, 2], None, 1),
    ],
)
def test_the_first_epoch_is_called_one_where_the_lowest_is_or_the_last_is_the_plans(
    epochs: list[float], planned: float | None, first: float
) -> None:
    values, counts = np.array(epochs, dtype=np.float64), np.ones(len(epochs), dtype=bool)
    assert first_epoch([epoch_range(values, counts)], planned) == first
    assert first_epoch([epoch_range(values[:1], counts[:1]), epoch_range(values[1:], counts[1:])], planned) == first


def test_an_evaluation_before_the_first_epoch_does_not_say_what_that_is_called() -> None:
    assert first_epoch([epoch_range(np.array([0.0, 1, 2]), np.array([False, True, True]))], None) == 1
    assert first_epoch([epoch_range(np.array([0.0, 1]), np.array([False, False]))], None) == 0


def test_what_stands_for_an_epoch_stands_at_its_end_however_it_is_numbered() -> None:
    ends = np.ones(3, dtype=bool)
    np.testing.assert_array_equal(epochs_done(np.array([0.0, 1, 2]), np.array([0.0, 1, 2]), ends, 0), [1, 2, 3])
    np.testing.assert_array_equal(epochs_done(np.array([1.0, 2, 3]), np.array([1.0, 2, 3]), ends, 1), [1, 2, 3])


def test_rows_inside_an_epoch_are_parts_of_it_once_its_length_is_known() -> None:
    epoch, position, inside = np.array([0.0, 0, 1]), np.array([0.0, 0.5, 1.0]), np.zeros(3, dtype=bool)
    np.testing.assert_array_equal(epochs_done(epoch, position, inside, 0), [0, 0.5, 1])
    np.testing.assert_array_equal(epochs_done(epoch[:2], np.array([0.0, 1.0]), inside[:2], 0), [NAN, NAN])
    np.testing.assert_array_equal(epochs_done(np.array([0.25, 0.5]), np.array([0.25, 0.5]), inside[:2], 0), [0.25, 0.5])
