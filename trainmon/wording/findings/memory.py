"""What is said of the available memory."""

from __future__ import annotations

from trainmon.wording.findings.actions import FEWER_LAYERS, FEWER_WORKERS, RECOMPUTE, SHORTER, SMALLER_BATCH
from trainmon.wording.findings.sentences import Sentences, count_of, memory_of, percent_of, since
from trainmon.wording.findings.values import Found
from trainmon.wording.memory import in_about, memory_rate, rate_unit, reaches


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
    fall = f"from {memory_of(found, 'start')} to {memory_of(found, 'now')}{_reached(found)}"
    if found.case == "begun":
        return f"available memory has begun to fall{since(found)},{f'{by}:' if by else ''} {fall}"
    return f"available memory falls{by}: {fall}"


def _reached(found: Found) -> str:
    """Return where and in how many steps the limit is reached, "" where that is not known."""
    limit, at, low, high = (found.value(f"limit{end}") for end in ("", "_at", "_at_low", "_at_high"))
    if limit is None or at is None or low is None or high is None:
        return ""
    by_step = found.unit("trend") == rate_unit(by_step=True)
    soon = in_about(None, found.value("limit_in"), by_step=by_step)
    return f"; {reaches(limit, at, low, high, by_step=by_step)}" + (f", {soon}" if soon else "")


MEMORY_LEAK = Sentences(
    "Memory falls",
    _memory_leak,
    (
        "call gc.collect() in the loop, and empty the framework's cache after evaluations",
        "log numbers, not tensors: loss.item() or loss.detach()",
        FEWER_WORKERS,
        SMALLER_BATCH,
    ),
    lambda found: (
        "a cache that fills, or a program that takes memory bit by bit, looks the same at first, and comes to rest"
        if found.case == "begun"
        else "a disk cache that fills looks the same at first, and comes to rest"
    ),
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
