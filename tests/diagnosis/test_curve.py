"""Series made right before any check."""

from __future__ import annotations

import numpy as np
import pytest

from tests.diagnosis.curves import of
from trainmon.diagnosis.curve import MOST_BLOCKS


def test_a_long_series_is_cut_into_blocks_that_stay_as_it_grows() -> None:
    values = np.random.default_rng(0).standard_normal(20_011)
    whole, before = of(values), of(values[:19_000])
    assert len(whole) <= MOST_BLOCKS
    assert whole.size == before.size == 8
    assert whole.values[: 19_000 // 8].tolist() == before.values[: 19_000 // 8].tolist()
    assert whole.highest.max() == values.max()
    assert values[whole.highest_rows[int(whole.highest.argmax())]] == values.max()


def test_a_curve_before_a_row_is_the_curve_that_was_there() -> None:
    values = np.array([3.0, np.nan, 2.0, 1.0, np.inf])
    cut, then = of(values).before(3), of(values[:3])
    assert cut.values.tolist() == then.values.tolist() == [3.0, 2.0]
    assert (cut.bad_rows.tolist(), cut.logged, cut.count) == ([1], 3, 2)


@pytest.mark.parametrize("row", [3, 4_096, 4_097, 9_001, 20_011])
def test_a_curve_as_of_a_row_has_the_blocks_that_it_had_then(row: int) -> None:
    values = np.random.default_rng(1).standard_normal(20_011)
    values[[2, 500, 9_000]] = np.nan
    then = of(values[:row])
    for earlier in (None, of(values).as_of(row // 2)):
        cut = of(values).as_of(row, earlier)
        assert (cut.size, cut.count, cut.logged, cut.last_row) == (then.size, then.count, then.logged, then.last_row)
        assert cut.values.tolist() == then.values.tolist()
        assert cut.highest_rows.tolist() == then.highest_rows.tolist()
        assert cut.bad_rows.tolist() == then.bad_rows.tolist()
    assert then.begins(of(values))
    assert not of(values + 1).before(row).begins(of(values))


def test_the_level_of_a_loss_that_is_not_positive_is_its_range() -> None:
    assert of([1.0, 2.0, 3.0]).level == 2.0
    assert of(np.linspace(-0.9, -0.4, 101)).level == pytest.approx(0.45)
    assert of([0.0, 0.0, 0.0]).level > 0
