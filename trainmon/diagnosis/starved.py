"""A GPU that waits for data: it works in bursts, with nothing to do between them.

The newest twelfth of the samples of the GPU's utilisation is looked at, at least 20 of them. The GPU is starved where it is
busy by less than half on average, and not evenly: a tenth of the samples is at 15 % or less, a tenth at twice the average or
more, and they change from one to the other again and again. It is a notice, and a warning where all of the CPU is busy
meanwhile: the data loader cannot keep up. Nothing is said where the GPU was not sampled.

When it is wrong: long validations, checkpoints or generated answers between the steps leave the GPU idle as well; and a small
model may have no more work for it.
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

KIND = "starved"
NEWEST_SHARE = 0.08  # of the samples
LOW, HIGH = 10, 90  # percentiles
CROSSES = 0.2  # of the steps from sample to sample, at least: bursts cross their mean in 0.4 of them, long pauses seldom
BURST = 2.0  # times the mean: an even load of a small model reaches less


@dataclass(frozen=True)
class StarvedLimits:
    """What a GPU that waits looks like."""

    starved_use_percent: float = limit(50.0, "% of the GPU", "busy on average: below it, more time is waited than worked")
    idle_use_percent: float = limit(15.0, "% of the GPU", "or less is idle; a tenth of the samples has to be")
    busy_cpu_percent: float = limit(85.0, "% of all cores", "from here on average the CPU is what the GPU waits for")
    fewest_samples: int = limit(20, "samples", "of the GPU needed: fewer may lie in one pause")


def find_starved(inputs: Inputs) -> Iterator[Finding]:
    """Yield a GPU that works in bursts and waits between them."""
    use, limits = inputs.sampled.get("gpu_use"), inputs.limits.of(StarvedLimits)
    if use is None or len(use) < limits.fewest_samples:
        return
    newest = use.values[-max(limits.fewest_samples, int(NEWEST_SHARE * len(use))) :]
    mean, (low, high) = float(newest.mean()), np.percentile(newest, [LOW, HIGH])
    crosses = float((np.diff(newest > mean) != 0).mean())
    idle = low <= limits.idle_use_percent and high >= BURST * mean and crosses >= CROSSES
    if mean >= limits.starved_use_percent or not idle:
        return
    row = int(use.rows[-len(newest)])
    cpu = _mean_since(inputs.sampled.get("cpu"), row)
    evidence = {"gpu_use": Evidence(mean, "%"), "low": Evidence(float(low), "%"), "high": Evidence(float(high), "%")}
    evidence.update({"cpu": Evidence(cpu, "%")} if cpu is not None else {})
    severity: Severity = "warning" if cpu is not None and cpu >= limits.busy_cpu_percent else "notice"
    yield Finding(KIND, severity, None, (row,), evidence, "cpu" if severity == "warning" else "")


def _mean_since(curve: Curve | None, row: int) -> float | None:
    since = curve.values[curve.rows >= row] if curve is not None else np.zeros(0)
    return float(since.mean()) if len(since) else None


CHECK = Check(KIND, ("warning", "notice"), find_starved, StarvedLimits, asks="rows once")
