"""How often noise is called a difference, and how often a difference is found: counted on seeded trainings."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

import numpy as np
import pytest

from trainmon.stats.arrays import Floats
from trainmon.stats.difference import Distance, by_scatter, by_seeds, chance_for_all, t_chance, t_quantile
from trainmon.stats.levels import levels

ERROR = 0.05
PAIRS = 200


@pytest.mark.parametrize(("freedom", "t"), [(1, 12.706), (2, 4.303), (4.5, 2.659), (10, 2.228), (1e9, 1.962)])
def test_t_is_that_of_the_tables(freedom: float, t: float) -> None:
    assert t_quantile(freedom, 0.05) == pytest.approx(t, abs=0.002)
    assert t_chance(t, freedom) == pytest.approx(0.05, abs=0.0002)


def test_welch_gives_the_figures_that_r_gives_for_student_s_sleep_data() -> None:
    one = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    other = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    found = by_seeds(one, other)
    assert found.difference / found.error == pytest.approx(-1.8608, abs=0.0001)
    assert (found.freedom, found.chance) == pytest.approx((17.776, 0.07939), abs=0.0005)


def test_one_run_alone_is_taken_to_scatter_as_the_seeds_of_the_others() -> None:
    found = by_seeds(np.array([1.0]), np.array([2.0]), [np.array([5.0, 5.1, 5.2]), np.array([9.0])])
    assert (found.error, found.freedom) == pytest.approx((0.1 * 2**0.5, 2.0))
    assert not by_seeds(np.array([1.0]), np.array([2.0])).known


def test_too_few_values_say_nothing_and_equal_ones_are_no_difference() -> None:
    assert not by_scatter(np.array([1.0, 2.0]), np.array([2.0, 2.0])).known
    assert not by_scatter(np.array([1.0, 2.0, np.nan]), np.ones(3)).known
    assert not by_scatter(np.empty(0), np.empty(0)).known
    assert by_scatter(np.ones(5), np.ones(5)).chance == 1.0
    assert by_scatter(np.full(5, 1.0), np.full(5, 2.0)).chance == 0.0


def test_of_many_differences_those_count_that_stand_out_from_as_many() -> None:
    assert chance_for_all([0.03]) == 0.05
    assert chance_for_all([0.03, 0.5]) == 0.025
    assert chance_for_all([0.001, 0.002, 0.5, 0.9]) == pytest.approx(0.025)
    assert chance_for_all([float("nan")]) == 0.05


def training(rng: np.random.Generator, rows: int, kept: float, *, floor: float = 0.5, noise: float = 0.03) -> Floats:
    """Return a falling loss with noise of which the share `kept` stays from row to row."""
    drawn = rng.normal(size=rows)
    new = np.sqrt(1 - kept**2)
    wandering = np.array(list(accumulate(drawn[1:] * new, lambda before, each: kept * before + each, initial=drawn[0])))
    return (floor + 3 * np.exp(-4 * np.linspace(0, 1, rows))) * (1 + noise * wandering)


def judged(one: Floats, other: Floats) -> Distance:
    """Judge two curves as a comparison does: at up to 20 places, each the level of the twentieth before it."""
    x = np.arange(len(one), dtype=np.float64)
    places = np.linspace(0, x[-1], min(20, len(x)))
    return by_scatter(*(levels(x, each, places, x[-1] / 20) for each in (one, other)))


def found_share(make: Callable[[np.random.Generator], tuple[Floats, Floats]], pairs: int = PAIRS) -> float:
    """Return in which share of the pairs a difference is called more than noise."""
    rng = np.random.default_rng(7)
    return float(np.mean([judged(*make(rng)).chance < ERROR for _ in range(pairs)]))


@pytest.mark.parametrize(
    ("rows", "kept"), [(3, 0.0), (5, 0.0), (5, 0.5), (15, 0.0), (15, 0.5), (100, 0.0), (100, 0.9), (1_000, 0.0), (1_000, 0.9)]
)
def test_two_runs_of_one_process_are_called_different_in_at_most_one_of_twenty(rows: int, kept: float) -> None:
    assert found_share(lambda rng: (training(rng, rows, kept), training(rng, rows, kept))) <= ERROR


@pytest.mark.parametrize(("rows", "lead"), [(5, 3.0), (30, 1.3), (300, 1.1), (3_000, 1.03)])
def test_a_clear_lead_is_found(rows: int, lead: float) -> None:
    assert found_share(lambda rng: (training(rng, rows, 0.0, floor=0.5 * lead), training(rng, rows, 0.0)), 60) >= 0.9


@pytest.mark.parametrize("seeds", [(2, 2), (3, 3), (5, 3), (1, 4)])
def test_groups_of_seeds_are_judged_by_the_spread_of_the_seeds(seeds: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    same = [by_seeds(*(rng.normal(1, 0.02, count) for count in seeds)).chance < ERROR for _ in range(1_000)]
    apart = [by_seeds(rng.normal(1.4, 0.02, seeds[0]), rng.normal(1, 0.02, seeds[1])).chance < ERROR for _ in range(200)]
    assert np.mean(same) <= 1.4 * ERROR
    assert np.mean(apart) >= 0.9
