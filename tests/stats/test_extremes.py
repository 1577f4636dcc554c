"""First, final, best and worst, over what is finite."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainmon.stats.arrays import Floats
from trainmon.stats.extremes import FEW, Extremes, extremes, finite_end, last_finite_values, never_filled

NAN = float("nan")
anything = arrays(np.float64, st.integers(0, 5))
VALUES = np.array([NAN, 3.0, 1.0, np.inf, 5.0, 1.0, 5.0, -np.inf, 2.0])


def test_a_loss_is_best_where_it_is_lowest_first() -> None:
    assert extremes(VALUES) == Extremes(6, 3.0, 2.0, 1.0, 5.0, 1, 8, 2, 4)


def test_an_accuracy_is_best_where_it_is_highest_first() -> None:
    assert extremes(VALUES, higher_is_better=True) == Extremes(6, 3.0, 2.0, 5.0, 1.0, 1, 8, 4, 2)


@pytest.mark.parametrize("values", [[], [NAN], [np.inf, -np.inf]])
def test_nothing_finite_has_no_extremes(values: list[float]) -> None:
    assert extremes(np.array(values)) is None


@pytest.mark.parametrize(
    ("values", "logged", "expected"),
    [
        ([0.0, 0.0], None, True),
        ([0.0, NAN, -0.0], None, True),
        ([0.0, 1e-9], None, False),
        ([0.0, np.inf], None, False),
        ([NAN], None, False),
        ([], None, False),
        ([0.0, NAN], [True, False], True),
        ([0.0, NAN], [True, True], False),
    ],
)
def test_a_column_was_never_filled_where_all_that_is_logged_is_zero(
    values: list[float], logged: list[bool] | None, expected: bool
) -> None:
    assert never_filled(np.array(values), None if logged is None else np.array(logged)) is expected


@given(anything, st.booleans())
def test_no_numbers_make_extremes_raise(values: Floats, higher: bool) -> None:
    result = extremes(values, higher_is_better=higher)
    finite = values[np.isfinite(values)]
    assert (result is None) == (len(finite) == 0)
    assert result is None or {result.best, result.worst} == {finite.min(), finite.max()}
    assert never_filled(values) in (True, False)


def test_the_last_finite_values_come_in_order_from_wherever_they_are() -> None:
    assert last_finite_values(VALUES, 3).tolist() == [1.0, 5.0, 2.0]
    assert last_finite_values(VALUES, 99).tolist() == [3.0, 1.0, 5.0, 1.0, 5.0, 2.0]
    assert last_finite_values(np.array([NAN]), 3).tolist() == []
    far_back = np.concatenate([[7.0, 8.0, 9.0], np.full(3 * FEW, NAN), [1.0]])
    assert last_finite_values(far_back, 3).tolist() == [8.0, 9.0, 1.0]


def test_the_finite_values_end_behind_the_last_of_them() -> None:
    assert finite_end(VALUES) == 9
    assert finite_end(np.concatenate([[1.0, 2.0], np.full(3 * FEW, NAN)])) == 2
    assert finite_end(np.array([NAN, np.inf])) == finite_end(np.array([])) == 0
