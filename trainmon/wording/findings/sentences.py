"""What a kind of finding has to say, and the phrases that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trainmon.wording.findings.settings import Action
from trainmon.wording.findings.values import Found
from trainmon.wording.formats import NOT_LOGGED, at_number, count, loss, memory, percent, position

Lines = tuple[str | Action, ...]


@dataclass(frozen=True)
class Sentences:
    """One kind in words: its name (and a short one for narrow places), a title with the numbers, what to try, and the doubt.

    Advice is in the order in which to try it, and never what the evidence contradicts. The caveat ends the sentence "Why this
    might be a false alarm: ...". What is always the same stands as it is, what depends on the finding is a function of it.
    """

    name: str
    title: Callable[[Found], str]
    advice: Lines | Callable[[Found], Lines]
    caveat: str | Callable[[Found], str]
    short: str = ""


def loss_of(found: Found, name: str) -> str:
    """Return one of the numbers as a loss."""
    return loss(found.value(name))


def percent_of(found: Found, name: str) -> str:
    """Return one of the numbers as a percentage without its sign."""
    value = found.value(name)
    return percent(abs(value)) if value is not None else NOT_LOGGED


def memory_of(found: Found, name: str) -> str:
    """Return one of the numbers as an amount of memory."""
    return memory(found.value(name))


def count_of(found: Found, name: str) -> str:
    """Return one of the numbers as a count."""
    return count(found.value(name))


def at(found: Found) -> str:
    """Return where it is: " at epoch 1, step 250", "" where it has no place."""
    return f" at {_place(found)}" if found.step is not None else ""


def since(found: Found) -> str:
    """Return since when it is: " since epoch 1, step 250", "" where it has no place."""
    return f" since {_place(found)}" if found.step is not None else ""


def _place(found: Found) -> str:
    return position(found.value("epoch"), found.step, counted=found.counted)


def restart(found: Found) -> str:
    """Return the advice to go back to an earlier checkpoint."""
    if found.step is None:
        return "restart from an earlier checkpoint"
    return f"restart from a checkpoint before {at_number(found.step, found.counted)}"
