"""Available memory: does it fall, how low did it get, does it swing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.preparation import Curve, Inputs
from trainmon.stats.arrays import Floats
from trainmon.stats.outlook import Outlook
from trainmon.stats.robust import block_medians, theil_sen
from trainmon.stats.smoothing import running_median
from trainmon.stats.trend import kendall_tau, mann_kendall

ALLOCATION_SHARE = 0.10  # of the readings: the model and its caches are being loaded
BLOCKS = 20
IN_ALL = 3  # low readings, where no two follow each other: one alone is a moment's peak
STILL_FALLS = 0.25  # of the usual pace, over the last third: a page cache that fills comes to rest


def find_memory(inputs: Inputs) -> Iterator[Finding]:
    """Yield what is wrong with the available memory; `Inputs.memory` holds MB, values that were not logged left out."""
    memory = inputs.memory
    if memory is None or len(memory) < 2:
        return
    yield from _leak(inputs, memory)
    yield from _low(inputs, memory)
    yield from _swings(inputs, memory)


def _leak(inputs: Inputs, memory: Curve) -> Iterator[Finding]:
    """Yield the leak of the newest attempt (a restart frees memory), with the trend that every view speaks of."""
    limits, ahead = inputs.limits, inputs.memory_outlook
    since = int(np.searchsorted(memory.rows, inputs.last_start))
    count = len(memory) - since
    if count < limits.fewest_rows or ahead is None or not ahead.line.falls:
        return
    parts = [since + int(ALLOCATION_SHARE * count)]
    if count >= limits.late_leak_rows:
        parts.append(since + 3 * count // 4)
    for begin in parts:
        blocks = block_medians(memory.values[begin:], BLOCKS)
        slope = theil_sen(np.arange(len(blocks), dtype=np.float64), blocks)
        fall = -slope * (len(blocks) - 1)
        goes_down = mann_kendall(blocks) < -limits.leak_z and kendall_tau(blocks) < -limits.leak_tau
        if fall > limits.leak_percent / 100 * blocks[0] and goes_down and _still_falls(blocks, slope):
            evidence = {
                "start": Evidence(float(blocks[0]), "MB"),
                "now": Evidence(float(blocks[-1]), "MB"),
                "fall": Evidence(100 * fall / float(blocks[0]), "%"),
                **_trend(ahead),
            }
            yield Finding("memory_leak", "warning", memory.metric, (int(memory.rows[begin]),), evidence)
            return


def _still_falls(blocks: Floats, slope: float) -> bool:
    last = blocks[-max(3, len(blocks) // 3) :]
    return theil_sen(np.arange(len(last), dtype=np.float64), last) < STILL_FALLS * slope


def _trend(ahead: Outlook) -> dict[str, Evidence]:
    """Return the slope with its interval, and the steps at which the limit is reached where that can be told."""
    line, end = ahead.line, ahead.reach
    slopes = {"trend": line.slope, "trend_low": line.slope - line.error, "trend_high": line.slope + line.error}
    unit = "MB per 100 steps" if ahead.by_step else "MB per epoch"
    evidence = {name: Evidence(ahead.per * slope, unit) for name, slope in slopes.items()}
    if end is not None and ahead.prospect in ("reaches", "may_reach"):
        evidence["limit"] = Evidence(ahead.limit, "MB")
        steps = {"limit_at": end.at, "limit_at_low": end.low, "limit_at_high": end.high}
        evidence.update({name: Evidence(step, "step") for name, step in steps.items()})
    return evidence


def _low(inputs: Inputs, memory: Curve) -> Iterator[Finding]:
    limits, ahead = inputs.limits, inputs.memory_outlook
    low = memory.lowest < limits.low_memory_mb
    in_sequence = bool((low[1:] & low[:-1]).any()) if memory.size == 1 else bool(low.any())
    if low.sum() < IN_ALL and not in_sequence:
        return
    lowest = int(np.argmin(memory.lowest))
    evidence = {
        "lowest": Evidence(float(memory.lowest[lowest]), "MB"),
        "readings": Evidence(int(low.sum()), "readings"),
        "limit": Evidence(limits.low_memory_mb, "MB"),
        **(_trend(ahead) if ahead is not None and ahead.line.falls else {}),
    }
    severe = memory.lowest[lowest] < limits.very_low_memory_mb
    rows = (int(memory.rows[int(np.argmax(low))]),)
    yield Finding("low_memory", "error" if severe else "warning", memory.metric, rows, evidence)


def _swings(inputs: Inputs, memory: Curve) -> Iterator[Finding]:
    limits = inputs.limits
    if len(memory) < limits.fewest_rows:
        return
    settled = memory.values[int(ALLOCATION_SHARE * len(memory)) :]
    window = max(5, len(settled) // 10) | 1
    around = settled - running_median(settled, window)
    low, high = np.percentile(around, [5, 95])
    swing = 100 * float(high - low) / float(np.median(settled))
    if swing > limits.swings_percent:
        evidence = {
            "swing": Evidence(swing, "%"),
            "range": Evidence(float(high - low), "MB"),
            "median": Evidence(float(np.median(settled)), "MB"),
        }
        severity: Severity = "error" if swing > limits.wide_swings_percent else "warning"
        yield Finding("memory_swings", severity, memory.metric, (), evidence)
