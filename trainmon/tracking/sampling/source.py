"""What a source of readings is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

Readings = Mapping[str, float | None]  # by column of training_system.csv; None where this one could not be read

MB = 2**20


class Source(Protocol):
    """Reads something of the machine."""

    name: str

    @property
    def missing(self) -> str | None:
        """Why it reads nothing here, None where it does."""

    def read(self, processes: Sequence[int]) -> Readings:
        """Return the readings of now; `processes` are the ids of the training and its children."""
