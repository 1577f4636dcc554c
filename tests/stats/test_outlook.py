"""Whether an amount lasts."""

from __future__ import annotations

import numpy as np
import pytest

from trainmon.stats.arrays import Floats
from trainmon.stats.outlook import Outlook, Prospect, outlook

X = np.arange(200.0)


def seen(y: Floats, end: float | None) -> Outlook:
    found = outlook(X, y + 50 * np.random.default_rng(0).standard_normal(len(X)), 1_000.0, end)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("y", "end", "prospect"),
    [
        (9_000 - 20 * X, 1_000, "reaches"),  # at 400
        (9_000 - 20 * X, 398, "may_reach"),
        (9_000 - 20 * X, 300, "lasts"),
        (9_000 - 20 * X, 199, "over"),
        (9_000 - 20 * X, None, "reaches"),
        (9_000 - 0.5 * X, None, "lasts"),  # 16,000 steps on: no line is believed that far
        (9_000 + 20 * X, 1_000, "rises"),
        (9_000 + 0 * X, 1_000, "steady"),
        (900 + 0 * X, 1_000, "below"),
        (4_000 - 20 * X, 1_000, "below"),
    ],
)
def test_each_course_has_its_prospect(y: Floats, end: float | None, prospect: Prospect) -> None:
    assert seen(y, end).prospect == prospect


def test_without_a_plan_one_looks_ten_times_as_far_as_the_trend_is_known() -> None:
    found = seen(9_000 - 20 * X, None)
    assert (found.horizon, found.planned) == (199 + 10 * 199, False)


def test_too_few_readings_have_none() -> None:
    assert outlook(X[:10], X[:10], 0.0, None) is None
