"""Where a falling loss will end."""

from __future__ import annotations

import numpy as np
import pytest

from trainmon.stats.arrays import Floats
from trainmon.stats.extrapolation import final_value

END = 1.5 + 2 * 1.02**-0.3


def power_law(seed: int = 0) -> Floats:
    t = np.linspace(0, 1, 400)
    return (1.5 + 2 * (0.02 + t) ** -0.3) * np.exp(0.01 * np.random.default_rng(seed).standard_normal(400))


@pytest.mark.parametrize("fraction", [0.5, 0.75])
def test_the_end_of_a_power_law_lies_in_the_band(fraction: float) -> None:
    found = [end for seed in range(20) if (end := final_value(power_law(seed)[: int(400 * fraction)], fraction)) is not None]
    assert len(found) >= 10
    assert np.mean([end.low <= END <= end.high for end in found]) >= 0.9
    assert np.median([end.value for end in found]) == pytest.approx(END, rel=0.03)


def test_before_half_of_the_run_nothing_is_said() -> None:
    assert final_value(power_law()[:160], 0.4) is None


def test_a_curve_of_another_shape_has_no_forecast() -> None:
    staircase = np.repeat([3.0, 2.0, 1.2, 0.7], 60) + 0.01 * np.random.default_rng(0).standard_normal(240)
    assert final_value(staircase, 0.6) is None
    assert final_value(np.linspace(1, 2, 200), 0.6) is None
    assert final_value(np.ones(200), 0.6) is None
    assert final_value(np.ones(5), 0.6) is None
