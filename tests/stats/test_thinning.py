"""Thinning keeps what the eye looks for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainmon.stats.arrays import Floats
from trainmon.stats.thinning import isolated, spread, thin

NAN = float("nan")
Pair = tuple[Floats, Floats]
numbers = st.floats(allow_nan=False, allow_infinity=False)
gappy = st.one_of(numbers, st.just(NAN), st.sampled_from([np.inf, -np.inf, 0.0]))
lengths = st.integers(0, 120)
series = lengths.flatmap(lambda n: st.tuples(arrays(np.float64, n, elements=st.floats()), arrays(np.float64, n, elements=gappy)))


X = {
    "index": np.arange(200.0),
    "clumped": np.sort(np.arange(200) % 3).astype(np.float64),
    "still": np.full(200, 7.0),
    "one late": np.r_[np.zeros(199), 1.0],
    "a microsecond apart": 1.7e9 + np.arange(200) * 1e-6,
}


def runs_of_finite(y: Floats) -> int:
    return int((np.diff(np.pad(np.isfinite(y), 1).astype(int)) == 1).sum())


@given(series, st.integers(-1, 130))
def test_indices_are_ascending_and_within_the_limit_whatever_the_numbers(both: Pair, limit: int) -> None:
    x, y = both
    kept = thin(x, y, limit)
    assert kept.dtype == np.int64
    assert len(kept) <= max(0, min(limit, len(y)))
    assert (np.diff(kept) > 0).all()
    np.testing.assert_array_equal(kept, thin(x, y, limit))


@given(series, st.integers(4, 130))
def test_the_ends_the_lowest_and_the_highest_value_are_kept(both: Pair, limit: int) -> None:
    x, y = both
    kept = thin(x, y, limit)
    finite = y[np.isfinite(y)]
    assert not len(y) or {0, len(y) - 1} <= set(kept.tolist())
    assert not len(finite) or {finite.min(), finite.max()} <= set(y[kept].tolist())


@pytest.mark.parametrize("kind", X)
@given(limit=st.integers(4, 199))
def test_any_x_that_does_not_go_back_is_thinned(kind: str, limit: int) -> None:
    kept = thin(X[kind], np.sin(np.arange(200.0)), limit)
    assert len(kept) <= limit
    assert (np.diff(kept) > 0).all()


@given(series)
def test_a_limit_of_all_points_returns_all(both: Pair) -> None:
    np.testing.assert_array_equal(thin(*both, len(both[1])), np.arange(len(both[1])))


def test_most_of_the_limit_is_used() -> None:
    y = np.random.default_rng(0).normal(size=100_000)
    y[50_000:50_100] = NAN
    assert 900 < len(thin(np.arange(100_000.0), y, 1000)) <= 1000


def test_a_gap_stays_a_gap() -> None:
    y = np.random.default_rng(0).normal(size=10_000)
    y[5000] = NAN
    y[7000:7100] = np.inf
    kept = thin(np.arange(10_000.0), y, 100)
    assert runs_of_finite(y[kept]) == 3
    assert {4999, 5000, 5001, 6999, 7100} <= set(kept.tolist())


@given(st.sets(st.integers(1, 998), max_size=20))
def test_every_gap_stays_where_the_limit_allows(gaps: set[int]) -> None:
    y = np.cos(np.arange(1000.0))
    y[list(gaps)] = NAN
    assert runs_of_finite(y[thin(np.arange(1000.0), y, 100)]) == runs_of_finite(y)


def test_of_too_many_gaps_the_longest_stays() -> None:
    y = np.ones(10_000)
    y[::2] = NAN
    y[4001:4500] = NAN
    kept = thin(np.arange(10_000.0), y, 100)
    assert runs_of_finite(y[kept[1:-1]]) == 2
    assert len(kept) > 90


def test_gaps_at_every_second_value_are_drawn_over() -> None:
    y = np.sin(np.arange(10_000.0))
    y[::2] = NAN
    assert runs_of_finite(y[thin(np.arange(10_000.0), y, 100)]) == 1


def test_x_that_goes_back_is_replaced_by_the_index() -> None:
    y = np.random.default_rng(0).normal(size=1000)
    backwards = np.arange(1000.0)[::-1]
    np.testing.assert_array_equal(thin(backwards, y, 50), thin(np.arange(1000.0), y, 50))


@pytest.mark.parametrize(("limit", "expected"), [(0, []), (1, [0]), (2, [0, 9]), (3, [0, 4, 9]), (4, [0, 4, 6, 9])])
def test_a_tiny_limit_keeps_the_ends_then_the_lowest_then_the_highest(limit: int, expected: list[int]) -> None:
    y = np.array([5, 5, 5, 5, 1, 5, 9, 5, 5, 5.0])
    np.testing.assert_array_equal(thin(np.arange(10.0), y, limit), expected)


def test_nothing_finite_keeps_the_ends() -> None:
    np.testing.assert_array_equal(thin(np.arange(10.0), np.full(10, NAN), 5), [0, 9])


def test_isolated_values_have_no_finite_neighbour() -> None:
    y = np.array([1.0, NAN, 2.0, 3.0, np.inf, 4.0, NAN, NAN, 5.0])
    np.testing.assert_array_equal(np.flatnonzero(isolated(y)), [0, 5, 8])


@given(arrays(np.float64, st.integers(0, 5)))
def test_no_numbers_make_isolated_raise(y: Floats) -> None:
    assert isolated(y).shape == y.shape


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 1_000, 1_000_003])
def test_a_spread_of_values_ascends_from_the_first_stretch_to_the_last_value(count: int) -> None:
    found = spread(count, 8)
    assert len(found) == min(count, 8)
    assert (np.diff(found) > 0).all()
    assert not count or (found[0] <= count // 8 and found[-1] == count - 1)


def test_a_spread_meets_every_part_of_a_sawtooth() -> None:
    teeth = np.arange(1_000_000) % 50
    assert np.percentile(teeth[spread(len(teeth), 20_000)], [5, 50, 95]) == pytest.approx([2, 25, 47], abs=1)
