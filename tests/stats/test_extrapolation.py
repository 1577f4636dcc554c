"""Where a falling loss will end."""

from __future__ import annotations

import numpy as np
import pytest

from trainmon.run import Floats
from trainmon.stats.extrapolation import final_value


def power_law(count: int = 400) -> Floats:
    t = np.linspace(0, 1, count)
    return (1.5 + 2 * (0.02 + t) ** -0.3) * np.exp(0.01 * np.random.default_rng(0).standard_normal(count))


@pytest.mark.parametrize("fraction", [0.5, 0.75])
def test_the_end_of_a_power_law_lies_in_the_band(fraction: float) -> None:
    found = final_value(power_law()[: int(400 * fraction)], fraction)
    assert found is not None
    assert found.low <= 1.5 + 2 * 1.02**-0.3 <= found.high
    assert found.value == pytest.approx(1.5 + 2 * 1.02**-0.3, rel=0.05)
    assert found.high - found.low < 1.0


def test_before_half_of_the_run_nothing_is_said() -> None:
    assert final_value(power_law()[:160], 0.4) is None


def test_a_curve_of_another_shape_has_no_forecast() -> None:
    staircase = np.repeat([3.0, 2.0, 1.2, 0.7], 60) + 0.01 * np.random.default_rng(0).standard_normal(240)
    assert final_value(staircase, 0.6) is None
    assert final_value(np.linspace(1, 2, 200), 0.6) is None
    assert final_value(np.ones(200), 0.6) is None
    assert final_value(np.ones(5), 0.6) is None
