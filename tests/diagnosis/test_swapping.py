"""Memory that the machine moves to disk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.diagnosis.curves import falling, inputs, of, steady
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.inputs import Reading
from trainmon.diagnosis.swapping import find_swapping
from trainmon.stats.arrays import Floats

AT = np.arange(200)
SLOWER = steady() * np.where(AT >= 120, 0.4, 1)
GROWS = 800 + 6_000 * np.clip((AT - 118) / 20, 0, 1)


def found(speed: Floats, swap: Floats | None) -> list[Finding]:
    sampled: dict[Reading, Curve] = {"swap": of(swap)} if swap is not None else {}
    return list(find_swapping(replace(inputs(falling(200), pace=of(speed, "steps per second")), sampled=sampled)))


def test_swap_that_grows_while_the_training_slows_down_is_a_warning_once_that_lasts() -> None:
    (said,) = found(SLOWER, GROWS)
    assert (said.kind, said.severity) == ("swapping", "warning")
    assert (said.value("swap_before"), said.value("swap")) == (800, 6_800)
    assert [each.severity for each in found(SLOWER[:128], GROWS[:128])] == ["notice"]


def test_swap_alone_and_a_drop_alone_are_none() -> None:
    assert found(steady(), GROWS) == []
    assert found(SLOWER, np.full(200, 5_000.0)) == []
    assert found(SLOWER, GROWS[::-1]) == []
    assert found(SLOWER, None) == []
