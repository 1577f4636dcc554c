"""Whether the newest part of a series rose."""

from __future__ import annotations

import numpy as np

from trainmon.stats.change import newest_rise


def test_a_rise_at_the_end_stands_out_of_the_noise_before_it() -> None:
    values = 1 + 0.05 * np.random.default_rng(0).standard_normal(300)
    values[290:] += 0.3
    found = newest_rise(values)
    assert found is not None
    assert found.noises > 6
    assert abs(found.now - found.before - 0.3) < 0.1


def test_noise_and_a_fall_have_no_rise() -> None:
    for seed in range(20):
        values = np.linspace(3, 1, 400) + 0.05 * np.random.default_rng(seed).standard_normal(400)
        found = newest_rise(values)
        assert found is None or found.noises < 4


def test_neighbours_that_are_alike_are_noise_too() -> None:
    alike = [np.convolve(np.random.default_rng(seed).standard_normal(500), 0.3 ** np.arange(20))[:500] for seed in range(40)]
    found = [change.noises for values in alike if (change := newest_rise(values)) is not None]
    assert len(found) > 20, "of many widths, one mostly lies above the level before it"
    assert np.quantile(found, 0.9) < 4


def test_a_few_values_have_nothing_to_be_compared_with() -> None:
    assert newest_rise(np.arange(20.0)) is None
