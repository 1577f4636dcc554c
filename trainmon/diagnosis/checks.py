"""All checks there are, in the order in which findings of the same severity are told; a new check is one line here."""

from __future__ import annotations

from trainmon.diagnosis import (
    diverging,
    low_improvement,
    low_memory,
    memory_crash,
    memory_leak,
    memory_swings,
    missing_checkpoint,
    missing_loss,
    non_finite,
    not_learning,
    overfitting,
    plateau,
    silent,
    slow_throughput,
    spikes,
    starved,
    still_improving,
    swapping,
    throttled,
    throughput_drop,
    train_val_gap,
)
from trainmon.diagnosis.check import Check

CHECKS: tuple[Check, ...] = (
    non_finite.CHECK,
    diverging.CHECK,
    not_learning.CHECK,
    missing_loss.CHECK,
    overfitting.CHECK,
    train_val_gap.CHECK,
    spikes.CHECK,
    plateau.CHECK,
    still_improving.CHECK,
    low_improvement.CHECK,
    memory_leak.CHECK,
    low_memory.CHECK,
    memory_swings.CHECK,
    slow_throughput.CHECK,
    throttled.CHECK,
    swapping.CHECK,
    starved.CHECK,
    throughput_drop.CHECK,
    missing_checkpoint.CHECK,
    silent.CHECK,
    memory_crash.CHECK,
)
BY_KIND: dict[str, Check] = {check.kind: check for check in CHECKS}
KINDS: tuple[str, ...] = tuple(BY_KIND)
