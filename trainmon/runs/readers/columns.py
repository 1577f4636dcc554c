"""Columns that grow while a file is read: numbers in buffers that double, so that a refresh costs what is new."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from trainmon.runs.run import Column
from trainmon.stats.arrays import Floats, Mask


class Growable:
    """An array that grows at its end; views handed out earlier stay valid, because what stands is never changed."""

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self._buffer = np.empty(0, dtype=dtype)
        self._count = 0

    def reserve(self, count: int) -> None:
        """Make room for `count` items in all."""
        if count > len(self._buffer):
            buffer = np.empty(count, dtype=self._buffer.dtype)
            buffer[: self._count] = self._buffer[: self._count]
            self._buffer = buffer

    def append(self, items: npt.NDArray[Any]) -> None:
        """Add `items` at the end."""
        end = self._count + len(items)
        if end > len(self._buffer):
            self.reserve(max(end, 2 * len(self._buffer), 64))
        self._buffer[self._count : end] = items
        self._count = end

    def view(self) -> npt.NDArray[Any]:
        """Return the items so far; they cannot be written to."""
        items = self._buffer[: self._count]
        items.flags.writeable = False
        return items


class NumberColumn:
    """A numeric column under construction."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._values = Growable(np.float64)
        self._logged = Growable(np.bool_)

    def reserve(self, count: int) -> None:
        """Make room for `count` cells in all."""
        self._values.reserve(count)
        self._logged.reserve(count)

    def append(self, values: Floats, logged: Mask) -> None:
        """Add cells at the end."""
        self._values.append(values)
        self._logged.append(logged)

    @property
    def empty(self) -> bool:
        """True where no cell so far was logged."""
        return not self._logged.view().any()

    def column(self) -> Column:
        """Return the column as it is now."""
        return Column(self.name, self._values.view(), self._logged.view())
