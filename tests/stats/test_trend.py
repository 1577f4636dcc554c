"""Whether a short series goes one way."""

from __future__ import annotations

import numpy as np
import pytest

from trainmon.stats.robust import noise_around_curve
from trainmon.stats.trend import kendall_tau, mann_kendall


def test_tau_is_one_for_a_rise_and_minus_one_for_a_fall() -> None:
    assert kendall_tau(np.arange(5.0)) == 1
    assert kendall_tau(-np.arange(5.0)) == -1
    assert np.isnan(kendall_tau(np.array([1.0])))


def test_mann_kendall_is_the_textbooks_figure() -> None:
    assert mann_kendall(np.array([1.0, 2, 3, 4, 5])) == pytest.approx(9 / np.sqrt(5 * 4 * 15 / 18))
    assert mann_kendall(np.array([2.0, 2, 2, 2])) == 0
    assert mann_kendall(np.array([1.0, np.nan, 2])) == 0


def test_noise_around_a_curve_leaves_its_bend_out() -> None:
    t = np.linspace(0, 1, 2000)
    sigma = noise_around_curve(5 * t**2 + 0.1 * np.random.default_rng(0).standard_normal(2000))
    assert sigma == pytest.approx(0.1, rel=0.1)
    assert noise_around_curve(t[:20] ** 2) == pytest.approx(0, abs=1e-12)
    assert np.isnan(noise_around_curve(t[:3]))
