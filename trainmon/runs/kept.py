"""What is worked out of rows that grow, kept from one revision of a run to the next: what is new is added to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import numpy.typing as npt

from trainmon.runs.growth import is_beginning
from trainmon.runs.readers.columns import Growable

CHUNK = 65_536  # rows: one chunk is worked out anew at every look, and a million rows are sixteen

Array = npt.NDArray[Any]
Found = TypeVar("Found")
_growing = threading.Lock()  # two sessions that look at one run must not add the same rows twice


def go_on(before: tuple[Array, ...], now: tuple[Array, ...]) -> bool:
    """Return whether every array is the one of before with values appended."""
    return all(is_beginning(one, other) for one, other in zip(before, now, strict=True))


def grown(kept: dict[Any, Any], key: str, inputs: tuple[Array, ...], work: Callable[[int, Array], Array], dtype: Any) -> Array:
    """Return all that `work(start, so_far)` made of inputs of equal length, from the places `start` on, in one array.

    `so_far` is what was made of the places before `start`; it begins anew, at 0, where the inputs are others than before.
    """
    with _growing:
        before, buffer, count = kept.get(key, (inputs, Growable(dtype), 0))
        if count and not go_on(before, inputs):
            if len(inputs[0]) < len(before[0]):  # an earlier part is looked at: what is kept of the whole stays
                return work(0, Growable(dtype).view())
            buffer, count = Growable(dtype), 0
        start = len(before[0]) if count else 0
        buffer.append(work(start, buffer.view()))
        made: Array = buffer.view()
        kept[key] = inputs, buffer, len(made)
        return made


def in_chunks(
    kept: dict[Any, Any], key: str, inputs: tuple[Array, ...], work: Callable[[int, int], Found], also: object = None
) -> list[Found]:
    """Return what `work(start, stop)` says of each chunk of the inputs, in order; whole chunks are asked once.

    Where `also`, on which the work depends besides, is not what it was, they are asked again.
    """
    count = len(inputs[0])
    before, besides, known = kept.get(key, (inputs, also, ()))
    same = besides == also and go_on(before, inputs)
    whole = [*known] if same else []
    whole += [work(start, start + CHUNK) for start in range(len(whole) * CHUNK, count // CHUNK * CHUNK, CHUNK)]
    if same or count >= len(before[0]):
        kept[key] = inputs, also, tuple(whole)
    rest = len(whole) * CHUNK
    return [*whole, work(rest, count)] if rest < count else whole
