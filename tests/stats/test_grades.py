"""The guide's key metrics as grades."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainmon.stats.arrays import Floats
from trainmon.stats.drift import drift
from trainmon.stats.grades import grade_improvement, grade_memory, grade_samples_per_second, grade_validation

NAN = float("nan")
GRADES = {"good", "between", "bad", None}


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(50.1, "good"), (50.0, "between"), (10.0, "between"), (9.9, "bad"), (-30.0, "bad"), (NAN, None), (None, None)],
)
def test_improvement_is_good_above_50_and_bad_below_10_percent(percent: float | None, expected: str | None) -> None:
    assert grade_improvement(percent) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(100.1, "good"), (100.0, "between"), (50.0, "between"), (49.9, "bad"), (NAN, None), (None, None)]
)
def test_samples_per_second_are_good_above_100_and_bad_below_50(value: float | None, expected: str | None) -> None:
    assert grade_samples_per_second(value) == expected


@pytest.mark.parametrize(
    ("evaluation", "train", "expected"),
    [
        (1.5, 1.0, "good"),
        (0.5, 1.0, "good"),
        (1.6, 1.0, "between"),
        (3.0, 1.0, "between"),
        (3.1, 1.0, "bad"),
        (0.0, 1.0, None),
        (1.0, -1.0, None),
        (NAN, 1.0, None),
        (1.0, math.inf, None),
        (None, 1.0, None),
        (1.0, None, None),
    ],
)
def test_validation_is_graded_by_its_ratio_to_train_where_both_are_above_zero(
    evaluation: float | None, train: float | None, expected: str | None
) -> None:
    assert grade_validation(evaluation, train) == expected


@pytest.mark.parametrize(("end", "expected"), [(8000.0, "good"), (9000.0, "good"), (7500.0, "between"), (6000.0, "bad")])
def test_memory_is_graded_by_what_it_loses(end: float, expected: str | None) -> None:
    noisy = np.linspace(8000.0, end, 400) + np.random.default_rng(0).normal(0, 100, 400)
    assert grade_memory(drift(np.arange(400.0), noisy)) == expected


def test_swings_of_memory_are_no_fall() -> None:
    sawtooth = 8000 - 4000 * (np.arange(400.0) / 130 % 1)
    assert grade_memory(drift(np.arange(400.0), sawtooth)) == "good"
    assert grade_memory(None) is None


@given(arrays(np.float64, st.integers(0, 5)), st.none() | st.floats(), st.none() | st.floats())
def test_no_numbers_make_a_grade_raise(values: Floats, one: float | None, other: float | None) -> None:
    lines = [drift(np.arange(float(len(each))), each) for each in (values, np.tile(values, 20))]
    grades = {*map(grade_memory, lines), grade_improvement(one), grade_samples_per_second(one)}
    assert grades | {grade_validation(one, other)} <= GRADES
