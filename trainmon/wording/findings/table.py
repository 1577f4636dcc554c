"""The sentences of every kind of finding: a new kind is one line here."""

from __future__ import annotations

from trainmon.wording.findings import loss, machine, memory, progress, validation
from trainmon.wording.findings.sentences import Sentences

FINDINGS: dict[str, Sentences] = {
    "non_finite": loss.NON_FINITE,
    "not_learning": loss.NOT_LEARNING,
    "diverging": loss.DIVERGING,
    "overfitting": validation.OVERFITTING,
    "train_val_gap": validation.TRAIN_VAL_GAP,
    "spikes": loss.SPIKES,
    "plateau": loss.PLATEAU,
    "still_improving": loss.STILL_IMPROVING,
    "low_improvement": loss.LOW_IMPROVEMENT,
    "low_memory": memory.LOW_MEMORY,
    "memory_leak": memory.MEMORY_LEAK,
    "memory_swings": memory.MEMORY_SWINGS,
    "memory_crash": memory.MEMORY_CRASH,
    "slow_throughput": progress.SLOW_THROUGHPUT,
    "throughput_drop": progress.THROUGHPUT_DROP,
    "throttled": machine.THROTTLED,
    "swapping": machine.SWAPPING,
    "starved": machine.STARVED,
    "silent": progress.SILENT,
    "missing_loss": progress.MISSING_LOSS,
    "missing_checkpoint": progress.MISSING_CHECKPOINT,
}
