from __future__ import annotations

import numpy as np
import pytest

from trainmon.stats.limits import extent, robust_extent


def test_the_extent_is_over_finite_values() -> None:
    assert extent(np.array([np.nan, 2, np.inf, -1])) == (-1.0, 2.0)
    assert extent(np.array([np.nan, np.inf])) is None
    assert robust_extent(np.array([])) is None


@pytest.mark.parametrize("outlier", [1e9, -50.0])
def test_a_single_value_far_off_is_left_out(outlier: float) -> None:
    falling = 1 + 3 * np.exp(-np.arange(200) / 60)
    assert robust_extent(np.append(falling, outlier)) == (falling.min(), falling.max())


def test_noise_and_a_falling_loss_stay_whole() -> None:
    noise = np.random.default_rng(1).standard_normal(10_000)
    assert robust_extent(noise) == extent(noise)
    falling = 1 + 3 * np.exp(-np.arange(200) / 60)
    assert robust_extent(falling) == extent(falling)


def test_nothing_is_left_out_where_no_bulk_is_known() -> None:
    assert robust_extent(np.array([1, 1, 1, 900.0])) == (1.0, 900.0)
    assert robust_extent(np.append(np.ones(100), 900.0)) == (1.0, 900.0)
