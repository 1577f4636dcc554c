"""Keeps what was worked out of several runs for as long as none of them has new rows."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar
from weakref import ref

from trainmon.runs.run import Run

Value = TypeVar("Value")


class LastUsed(Generic[Value]):
    """Holds the values that were used last, at most `size`; runs are not kept alive by it, and any thread may ask.

    A value must not hold its runs, or they stay in memory until it is pushed out.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, runs: Sequence[Run], view: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a view of these very runs (a revision is a run of its own), made where it is not known."""
        key = (tuple(ref(run) for run in runs), view)
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value
