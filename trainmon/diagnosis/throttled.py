"""A training that became slower while its GPU is too hot, or draws all the power that it may.

It is looked for where the speed has dropped, and has not come back. The samples of the GPU since then are compared with those
before. Heat is the reason where the driver says so of a third more of them than before, or where the GPU has 83 °C and is at
least 3 °C hotter than it was. Power is, where nine of ten samples are at its limit and fewer than half were before. It is a
warning where the drop is one, and heat is what the driver says; else a notice. Nothing is said where the GPU was not sampled,
or has little to do.

When it is wrong: the GPU may be hot and the training slow for different reasons, such as longer samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.diagnosis.starved import StarvedLimits
from trainmon.diagnosis.throughput_drop import Slower, slower
from trainmon.stats.arrays import Floats

KIND = "throttled"
FEWEST = 5  # samples before the drop, and after it
SLOWED = 0.33  # of the samples since the drop, more than before
AT_LIMIT, SELDOM = 0.9, 0.5  # of the samples since the drop are at the limit of power, and of those before


@dataclass(frozen=True)
class ThrottledLimits:
    """What is hot, and how close to its limit power is at it."""

    hot_gpu_celsius: float = limit(83.0, "°C", "from here GPUs of most makes lower their clock")
    hotter_by_celsius: float = limit(3.0, "°C", "than before the drop: as hot as ever explains nothing")
    at_power_limit_percent: float = limit(97.0, "% of the limit", "from here the GPU draws what it may")


def find_throttled(inputs: Inputs) -> Iterator[Finding]:
    """Yield a drop of the speed that came with heat, or with power at its limit."""
    sampled = inputs.sampled
    known = any(reading in sampled for reading in ("gpu_heat", "gpu_slowed", "gpu_power"))
    found = slower(inputs) if known else None
    if found is None or _waits(inputs, found):
        return
    limits = inputs.limits.of(ThrottledLimits)
    heat, slowed, power = (
        _around(each, found.row) for each in (sampled.get("gpu_heat"), sampled.get("gpu_slowed"), sampled.get("gpu_power"))
    )
    told = slowed is not None and slowed[1].mean() >= SLOWED + slowed[0].mean()
    hot = heat is not None and _hot(*heat, limits)
    bounded = power is not None and _bounded(*power, limits.at_power_limit_percent)
    if not (told or hot or bounded):
        return
    evidence = {"drop": Evidence(100 * found.drop.share, "%")}
    if heat is not None:
        evidence["heat_before"], evidence["heat"] = (Evidence(float(np.median(each)), "°C") for each in heat)
    if bounded and power is not None:
        evidence["power"] = Evidence(float(np.median(power[1])), "%")
    severity: Severity = "warning" if told and found.proven else "notice"
    yield Finding(KIND, severity, None, (found.row,), evidence, "heat" if told or hot else "power")


def _waits(inputs: Inputs, found: Slower) -> bool:
    """Say whether the GPU has had little to do since the drop: it is then not what the training waits for."""
    use = _around(inputs.sampled.get("gpu_use"), found.row)
    return use is not None and float(use[1].mean()) < inputs.limits.of(StarvedLimits).starved_use_percent


def _around(curve: Curve | None, row: int) -> tuple[Floats, Floats] | None:
    """Return the samples before a row and from it on, None where either are too few."""
    if curve is None:
        return None
    at = int(np.searchsorted(curve.rows, row))
    return (curve.values[:at], curve.values[at:]) if min(at, len(curve) - at) >= FEWEST else None


def _hot(before: Floats, since: Floats, limits: ThrottledLimits) -> bool:
    usual, now = float(np.median(before)), float(np.median(since))
    return now >= limits.hot_gpu_celsius and now - usual >= limits.hotter_by_celsius


def _bounded(before: Floats, since: Floats, percent: float) -> bool:
    return bool((since >= percent).mean() >= AT_LIMIT and (before >= percent).mean() < SELDOM)


CHECK = Check(KIND, ("warning", "notice"), find_throttled, ThrottledLimits, asks="rows once")
