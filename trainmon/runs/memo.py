"""What is remembered of a run besides its files: answers about one revision, and what the next revision goes on from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy.typing as npt

from trainmon.runs.growth import is_beginning
from trainmon.runs.readers.columns import Growable

CHUNK = 65_536  # rows: one chunk is worked out anew at every look, and a million rows are sixteen

Array = npt.NDArray[Any]
Inputs = tuple[Array, ...]
Found = TypeVar("Found")


class Memo:
    """Remembers what was worked out of one revision of a run.

    The library keeps it beside the run (`Library.memo_of`) and hands it to whoever looks; with the revision it is forgotten.
    Without one nothing is remembered from look to look: a run is a value, and says the same either way. `growing` goes from
    each revision to the next.
    """

    def __init__(self, growing: Growing | None = None) -> None:
        self.growing = growing if growing is not None else Growing()
        self._answers: dict[tuple[type[Any], tuple[Hashable, ...]], Any] = {}

    def once(self, kind: type[Found], work: Callable[[], Found], *about: Hashable) -> Found:
        """Return the answer of a kind that `work` gives to a question, `about`; it is asked once.

        Two threads that ask at the same time may both work: they find the same.
        """
        key = (kind, about)
        if key not in self._answers:
            self._answers[key] = work()
        found: Found = self._answers[key]
        return found


@dataclass(frozen=True, eq=False)
class _Array:
    """What was made of inputs of equal length: a buffer that grows with them."""

    inputs: Inputs
    buffer: Growable
    count: int


@dataclass(frozen=True, eq=False)
class _Chunks:
    """What was said of each whole chunk of inputs, and on what else that depended."""

    inputs: Inputs
    also: object
    said: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class _Whole:
    """What was made of all values."""

    values: Array
    made: Any


class Growing:
    """Remembers what was worked out of rows that grow: what is new is added to it.

    Each entry has a name. It is begun anew where the rows under that name are not those of before with more behind them, and
    it is kept where only an earlier part of them is looked at.
    """

    def __init__(self) -> None:
        self._arrays: dict[Hashable, _Array] = {}
        self._chunks: dict[Hashable, _Chunks] = {}
        self._wholes: dict[Hashable, _Whole] = {}
        self._lock = threading.Lock()  # two sessions that look at one run must not add the same rows twice

    def array(self, name: Hashable, inputs: Inputs, work: Callable[[int, Array], Array], dtype: Any) -> Array:
        """Return all that `work(start, so_far)` made of inputs of equal length, from the places `start` on, in one array.

        `so_far` is what was made of the places before `start`; it begins anew, at 0, where the inputs are others than before.
        """
        with self._lock:
            before = self._arrays.get(name, _Array(inputs, Growable(dtype), 0))
            if before.count and not _go_on(before.inputs, inputs):
                if len(inputs[0]) < len(before.inputs[0]):
                    return work(0, Growable(dtype).view())
                before = _Array(inputs, Growable(dtype), 0)
            start = len(before.inputs[0]) if before.count else 0
            before.buffer.append(work(start, before.buffer.view()))
            made: Array = before.buffer.view()
            self._arrays[name] = _Array(inputs, before.buffer, len(made))
            return made

    def chunks(self, name: Hashable, inputs: Inputs, work: Callable[[int, int], Found], also: object = None) -> list[Found]:
        """Return what `work(start, stop)` says of each chunk of the inputs, in order; whole chunks are asked once.

        Where `also`, on which the work depends besides, is not what it was, they are asked again.
        """
        count = len(inputs[0])
        before = self._chunks.get(name, _Chunks(inputs, also, ()))
        same = before.also == also and _go_on(before.inputs, inputs)
        whole: list[Found] = [*before.said] if same else []
        whole += [work(start, start + CHUNK) for start in range(len(whole) * CHUNK, count // CHUNK * CHUNK, CHUNK)]
        if same or count >= len(before.inputs[0]):
            self._chunks[name] = _Chunks(inputs, also, tuple(whole))
        rest = len(whole) * CHUNK
        return [*whole, work(rest, count)] if rest < count else whole

    def whole(
        self,
        name: Hashable,
        values: Array,
        work: Callable[[Found | None], Found],
        holds: Callable[[Found], bool] = lambda _: False,
    ) -> Found:
        """Return what `work` makes of all values, given what it made of their beginning (None where that is not known).

        Where they lie elsewhere than before (read anew, or moved as they grew), `holds` says whether that serves still.
        """
        before = self._wholes.get(name)
        goes_on = before is not None and (is_beginning(before.values, values) or holds(before.made))
        made = work(before.made if before is not None and goes_on else None)
        if before is None or goes_on or len(values) >= len(before.values):
            self._wholes[name] = _Whole(values, made)
        return made


def _go_on(before: Inputs, now: Inputs) -> bool:
    """Return whether every array is the one of before with values appended."""
    return all(is_beginning(one, other) for one, other in zip(before, now, strict=True))
