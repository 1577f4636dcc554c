from __future__ import annotations

import numpy as np
import pytest

from trainmon.stats.rank import rank_correlation


def test_any_rising_curve_has_a_rank_correlation_of_one() -> None:
    x = np.array([1e-5, 1e-4, 1e-3, 1e-2])
    assert rank_correlation(x, np.exp(x)) == pytest.approx(1.0)
    assert rank_correlation(x, -np.log(x)) == pytest.approx(-1.0)


def test_equal_values_share_their_mean_rank() -> None:
    assert rank_correlation(np.array([1.0, 1, 2, 2]), np.array([1.0, 2, 3, 4])) == pytest.approx(0.894427, abs=1e-6)


def test_too_few_or_constant_values_have_none() -> None:
    assert np.isnan(rank_correlation(np.array([1.0, 2.0, np.nan]), np.array([1.0, 2.0, 3.0])))
    assert np.isnan(rank_correlation(np.ones(5), np.arange(5.0)))
