"""A level that has dropped lately, and what only looks like it."""

from __future__ import annotations

import numpy as np
import pytest

from trainmon.stats.arrays import Floats
from trainmon.stats.newest_drop import newest_drop

AT = np.arange(400)


def noisy(clean: Floats, seed: int = 0) -> Floats:
    return 200 * clean * (1 + 0.03 * np.random.default_rng(seed).standard_normal(len(clean)))


@pytest.mark.parametrize("onset", [60, 200, 388])
def test_a_drop_is_found_with_its_onset_and_both_levels(onset: int) -> None:
    found = newest_drop(noisy(np.where(onset > AT, 1, 0.5)), 0.08)
    assert found is not None
    assert found.onset == pytest.approx(onset, abs=2)
    assert found.onset + found.lasted == len(AT)
    assert found.share == pytest.approx(0.5, abs=0.03)
    assert (found.before, found.now) == pytest.approx((200, 100), rel=0.05)


def test_a_few_slow_values_are_none_yet() -> None:
    assert newest_drop(noisy(np.where(AT < 397, 1, 0.5)), 0.08) is None


@pytest.mark.parametrize(
    "clean",
    [
        pytest.param(np.ones(400), id="steady"),
        pytest.param(np.where(AT % 50 >= 47, 0.2, 1.0), id="pauses"),
        pytest.param(1 - 0.4 * (AT / 65 % 1), id="epochs that begin fast and end slow"),
        pytest.param(np.where((AT > 100) & (AT < 300), 0.6, 1.0), id="slow for a while"),
        pytest.param(1 + 0.5 * (AT > 300), id="faster"),
    ],
)
def test_what_is_no_drop_is_none(clean: Floats) -> None:
    assert [seed for seed in range(20) if newest_drop(noisy(clean, seed), 0.08) is not None] == []


def test_few_values_have_none() -> None:
    assert newest_drop(np.zeros(0), 0.08) is None
    assert newest_drop(np.array([2.0] * 10 + [1.0] * 5), 0.08) is None


def test_a_long_series_tells_the_same_as_a_short_one() -> None:
    found = newest_drop(noisy(np.repeat(np.where(AT < 380, 1, 0.7), 10)), 0.08)
    assert found is not None
    assert found.onset / 10 == pytest.approx(380, abs=4)
