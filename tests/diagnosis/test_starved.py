"""A GPU that waits for data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.diagnosis.curves import falling, inputs, noise, of
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.inputs import Reading
from trainmon.diagnosis.starved import find_starved
from trainmon.stats.arrays import Floats

RANDOM = np.random.default_rng(2)
BURSTS = np.where(RANDOM.random(200) < 0.3, 95.0, 4.0)


def found(use: Floats, cpu: float | None = None) -> list[Finding]:
    sampled: dict[Reading, Curve] = {"gpu_use": of(use)}
    if cpu is not None:
        sampled["cpu"] = of(np.full(len(use), cpu))
    return list(find_starved(replace(inputs(falling(200)), sampled=sampled)))


def test_a_gpu_that_works_in_bursts_waits_and_the_cpu_says_for_what() -> None:
    (alone,) = found(BURSTS)
    assert (alone.kind, alone.severity, alone.case) == ("starved", "notice", "")
    assert [each.severity for each in found(BURSTS, cpu=20.0)] == ["notice"]
    (busy,) = found(BURSTS, cpu=97.0)
    assert (busy.severity, busy.case, busy.value("cpu")) == ("warning", "cpu", 97.0)


def test_it_is_told_of_the_newest_samples() -> None:
    began = np.where(np.arange(200) < 170, 95.0, BURSTS)
    assert [each.rows for each in found(began)] == [(180,)]
    assert found(began[::-1]) == []


def test_a_small_model_and_pauses_for_validations_are_no_waiting() -> None:
    assert found(30 + 5 * noise(200)) == []
    assert found(np.where(np.arange(200) % 40 < 14, 2.0, 95.0)) == []
    assert found(np.where(np.arange(200) % 10 < 3, 2.0, 95.0)) == []


def test_nothing_is_said_without_samples_or_with_few() -> None:
    assert list(find_starved(inputs(falling(200)))) == []
    assert found(BURSTS[:15]) == []
