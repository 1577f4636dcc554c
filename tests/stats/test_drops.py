from __future__ import annotations

import numpy as np

from trainmon.stats.drops import drops


def test_a_learning_rate_that_is_stepped_down_drops_at_each_step() -> None:
    rate = np.repeat([1e-3, 1e-4, 1e-5, 9e-6], 5)
    assert drops(rate).tolist() == [5, 10, 15]


def test_warm_up_and_smooth_decay_have_no_drop() -> None:
    along = np.linspace(0, 1, 200)
    assert drops(np.concatenate([along, 1 - along])).tolist() == []
    assert drops(0.5 * (1 + np.cos(np.pi * along))).tolist() == []


def test_blanks_are_passed_over_and_a_constant_never_drops() -> None:
    assert drops(np.array([1e-3, 1e-3, np.nan, 1e-4])).tolist() == [3]
    assert drops(np.full(9, 1e-5)).tolist() == []
    assert drops(np.array([np.nan])).tolist() == []
