from __future__ import annotations

import numpy as np
import pytest

from trainmon.stats.levels import grid_means, levels

NAN = np.nan


def test_a_level_is_the_trimmed_mean_of_the_window_before_a_place() -> None:
    x = np.arange(10.0)
    y = np.array([1, 1, 1, 1, 1, 2, 2, 2, 99, 2.0])
    assert levels(x, y, np.array([9.0]), 5.0) == pytest.approx([2.0])


def test_where_no_value_lies_in_the_window_the_line_between_the_neighbours_counts() -> None:
    found = levels(np.array([0.0, 10.0]), np.array([1.0, 3.0]), np.array([-1.0, 0.0, 5.0, 10.0, 11.0]), 1.0)
    assert found == pytest.approx([NAN, 1.0, 2.0, 3.0, NAN], nan_ok=True)


def test_values_that_are_not_finite_and_x_that_goes_back_do_no_harm() -> None:
    x, y = np.array([2.0, 1.0, 3.0, NAN, 4.0]), np.array([20.0, 10.0, NAN, 50.0, np.inf])
    assert levels(x, y, np.array([1.5, 2.0]), 0.1) == pytest.approx([15.0, 20.0])
    assert np.isnan(levels(x, np.full(5, NAN), np.array([1.0]), 1.0)).all()


def test_grid_means_take_each_value_once_and_bridge_empty_bins() -> None:
    found = grid_means(np.array([0.0, 0.5, 3.0, 4.0]), np.array([1.0, 3.0, 6.0, 8.0]), np.arange(5.0))
    assert found == pytest.approx([2.0, 3.6666666, 5.3333333, 7.0])
    assert np.isnan(grid_means(np.empty(0), np.empty(0), np.arange(3.0))).all()


def test_grid_means_say_nothing_outside_the_values() -> None:
    assert grid_means(np.array([1.5]), np.array([2.0]), np.arange(4.0)) == pytest.approx([NAN, 2.0, NAN], nan_ok=True)
