"""A training that became slower with heat, or at the limit of power."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from tests.diagnosis.curves import falling, inputs, noise, of, steady
from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.inputs import Reading
from trainmon.diagnosis.throttled import find_throttled
from trainmon.stats.arrays import Floats

SINCE = np.arange(200) >= 120
SLOWER = steady() * np.where(SINCE, 0.6, 1)


def found(speed: Floats, samples: Mapping[Reading, Floats]) -> list[Finding]:
    curves = {reading: of(values) for reading, values in samples.items()}
    made = inputs(falling(200), samples_per_second=of(speed, "samples_per_second"))
    return list(find_throttled(replace(made, sampled=curves)))


def test_a_drop_with_heat_that_the_driver_tells_is_a_warning() -> None:
    heat = np.where(SINCE, 90.0, 75.0) + noise(200)
    (said,) = found(SLOWER, {"gpu_heat": heat, "gpu_slowed": 1.0 * SINCE})
    assert (said.kind, said.severity, said.case) == ("throttled", "warning", "heat")
    assert abs(said.rows[0] - 120) <= 3
    assert said.value("heat") == pytest.approx(90, abs=1)
    assert said.value("heat_before") == pytest.approx(75, abs=1)


def test_heat_alone_or_power_that_came_to_its_limit_is_a_notice() -> None:
    assert [(each.severity, each.case) for each in found(SLOWER, {"gpu_heat": np.where(SINCE, 88.0, 80.0)})] == [
        ("notice", "heat")
    ]
    assert [(each.severity, each.case) for each in found(SLOWER, {"gpu_power": np.where(SINCE, 99.5, 85.0)})] == [
        ("notice", "power")
    ]


@pytest.mark.parametrize(
    "samples",
    [
        pytest.param({"gpu_heat": np.full(200, 86.0)}, id="as hot as ever"),
        pytest.param({"gpu_heat": np.where(SINCE, 75.0, 60.0)}, id="warmer, and not hot"),
        pytest.param({"gpu_power": np.full(200, 99.0)}, id="at its power limit all along"),
        pytest.param({"gpu_heat": np.where(SINCE, 88.0, 80.0), "gpu_use": np.where(SINCE, 20.0, 95.0)}, id="little to do"),
    ],
)
def test_what_does_not_explain_the_drop_is_not_said(samples: dict[Reading, Floats]) -> None:
    assert found(SLOWER, samples) == []


def test_nothing_is_said_of_heat_that_slows_nothing_down_nor_without_samples() -> None:
    assert found(steady(), {"gpu_heat": np.where(SINCE, 90.0, 75.0), "gpu_slowed": 1.0 * SINCE}) == []
    assert found(SLOWER, {}) == []
