"""A series that has begun to fall, and what only looks like it."""

from __future__ import annotations

import numpy as np
import pytest

from trainmon.stats.arrays import Floats
from trainmon.stats.newest_fall import newest_fall

AT = np.arange(400)


def noisy(clean: Floats, seed: int = 0) -> Floats:
    return clean * (1 + 0.005 * np.random.default_rng(seed).standard_normal(len(clean)))


def falling_since(onset: int, by: float = 0.004) -> Floats:
    return 9_000 * (1 - by * np.maximum(AT - onset, 0))


@pytest.mark.parametrize("onset", [60, 200, 380])
def test_a_fall_is_found_with_its_onset_its_level_and_its_depth(onset: int) -> None:
    found = newest_fall(noisy(falling_since(onset, 0.002 if onset < 300 else 0.01)), 0.015)
    assert found is not None
    assert found.onset == pytest.approx(onset, abs=10)
    assert found.onset + found.lasted == len(AT)
    assert found.level == pytest.approx(9_000, rel=0.01)
    assert found.depth == pytest.approx(9_000 - falling_since(onset, 0.002 if onset < 300 else 0.01)[-1], rel=0.1)


def test_it_is_found_soon_after_its_onset() -> None:
    assert newest_fall(noisy(falling_since(380))[:381], 0.015) is None
    assert newest_fall(noisy(falling_since(380)), 0.015) is not None


@pytest.mark.parametrize(
    "clean",
    [
        pytest.param(np.ones(400), id="steady"),
        pytest.param(np.where(AT < 200, 1.0, 0.7), id="a step that stays"),
        pytest.param(np.where((AT > 100) & (AT < 380), 0.7, 1.0), id="taken and given back"),
        pytest.param(1 - 0.1 * (AT / 47 % 1), id="the teeth of a saw"),
        pytest.param(0.7 + 0.3 * np.exp(-AT / 60), id="a cache that filled"),
        pytest.param(1 - 0.2 * np.clip((AT - 150) / 60, 0, 1), id="a fall that came to rest"),
        pytest.param(1 + 0.5 * AT / 400, id="a rise"),
    ],
)
def test_what_is_no_fall_is_none(clean: Floats) -> None:
    assert [seed for seed in range(20) if newest_fall(noisy(9_000 * clean, seed), 0.015) is not None] == []


def test_a_fall_all_along_has_not_begun_on_the_way() -> None:
    assert newest_fall(noisy(9_000 - 10.0 * AT), 0.015) is None


def test_few_values_and_huge_ones_are_no_fall() -> None:
    assert newest_fall(np.linspace(9_000, 100, 18), 0.015) is None
    assert newest_fall(np.where(AT % 2, 1e308, 1e307), 0.015) is None


def test_a_long_series_tells_the_same_as_a_short_one() -> None:
    short, long = (newest_fall(noisy(np.repeat(falling_since(370), each)), 0.015) for each in (1, 10))
    assert short is not None
    assert long is not None
    assert long.onset / 10 == pytest.approx(short.onset, abs=4)
