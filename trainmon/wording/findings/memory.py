"""What is said of the available memory."""

from __future__ import annotations

from trainmon.wording.findings.actions import FEWER_LAYERS, FEWER_WORKERS, RECOMPUTE, SHORTER, SMALLER_BATCH
from trainmon.wording.findings.sentences import Sentences, count_of, memory_of, percent_of
from trainmon.wording.findings.values import Found
from trainmon.wording.memory import memory_rate, reaches


def _low_memory(found: Found) -> str:
    below = f"{count_of(found, 'readings')} readings are below {memory_of(found, 'limit')}"
    return f"available memory fell to {memory_of(found, 'lowest')}; {below}"


LOW_MEMORY = Sentences(
    "Low memory",
    _low_memory,
    (
        SMALLER_BATCH,
        RECOMPUTE,
        SHORTER,
        FEWER_LAYERS,
        "close what else uses memory on this machine",
    ),
    "on machines with unified memory, other programs take and give back memory",
)


def _memory_leak(found: Found) -> str:
    trend = found.value("trend")
    by = f" by {memory_rate(abs(trend), found.unit('trend'))}" if trend is not None else ""
    at, low, high = (found.value(f"limit_at{end}") for end in ("", "_low", "_high"))
    reached = ""
    if at is not None and low is not None and high is not None:
        reached = f"; {reaches(found.value('limit') or 0.0, at, low, high)}"
    return f"available memory falls{by}: from {memory_of(found, 'start')} to {memory_of(found, 'now')}{reached}"


MEMORY_LEAK = Sentences(
    "Memory falls",
    _memory_leak,
    (
        "call gc.collect() in the loop, and empty the framework's cache after evaluations",
        "log numbers, not tensors: loss.item() or loss.detach()",
        FEWER_WORKERS,
        SMALLER_BATCH,
    ),
    "a disk cache that fills looks the same at first, and comes to rest",
)


def _memory_swings(found: Found) -> str:
    return f"available memory swings by {memory_of(found, 'range')} ({percent_of(found, 'swing')} of what is usual)"


MEMORY_SWINGS = Sentences(
    "Memory swings",
    _memory_swings,
    (
        "group samples by length, so that batches have the same size",
        SHORTER,
        SMALLER_BATCH,
    ),
    "other programs on the machine may take and give back memory",
)


def _memory_crash(found: Found) -> str:
    return f"the run broke off with {memory_of(found, 'last')} of memory left; {memory_of(found, 'usual')} is usual"


MEMORY_CRASH = Sentences(
    "Broke off out of memory",
    _memory_crash,
    (
        SMALLER_BATCH,
        RECOMPUTE,
        SHORTER,
        FEWER_LAYERS,
        "call gc.collect() in the loop",
    ),
    "the run may have been stopped by hand at that moment",
)
