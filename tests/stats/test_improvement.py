"""The guide's loss improvement."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainmon.stats.improvement import Improvement, improvement

NAN = float("nan")


@pytest.mark.parametrize(
    ("first", "final", "absolute", "percent"),
    [
        (4.0, 1.0, 3.0, 75.0),
        (2.0, 3.0, -1.0, -50.0),
        (-0.4, -0.9, 0.5, 125.0),
        (0.0, -1.0, 1.0, NAN),
        (None, 1.0, NAN, NAN),
        (1.0, None, NAN, NAN),
        (NAN, 1.0, NAN, NAN),
        (1.0, math.inf, NAN, NAN),
    ],
)
def test_improvement_is_first_minus_final_in_percent_of_the_absolute_first(
    first: float | None, final: float | None, absolute: float, percent: float
) -> None:
    result = improvement(first, final)
    assert (result.absolute, result.percent) == pytest.approx((absolute, percent), nan_ok=True)


def test_the_result_is_a_value() -> None:
    assert improvement(4.0, 1.0) == Improvement(3.0, 75.0)


@given(st.none() | st.floats(), st.none() | st.floats())
def test_no_numbers_make_improvement_raise_or_infinite(first: float | None, final: float | None) -> None:
    result = improvement(first, final)
    assert not math.isinf(result.absolute)
    assert not math.isinf(result.percent)
