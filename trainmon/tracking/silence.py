"""Whether a process logs at all: a copy of a tracker writes nothing, nor does a rank other than 0, and both say so once."""

from __future__ import annotations

from pathlib import Path

from trainmon.tracking import notices
from trainmon.tracking.distributed import rank_and_source


class Silence:
    """Why nothing is written into a directory, where that is known already or this process is not rank 0."""

    def __init__(self, directory: Path, reason: str | None = None) -> None:
        self._directory = directory
        self._reason = reason
        self._said = False

    def holds(self) -> bool:
        """Return whether this process writes nothing, and say why the first time that it is asked."""
        rank, source = rank_and_source()
        if rank and self._reason is None:
            self._reason = f"this is rank {rank} of a distributed training ({source}), and rank 0 logs"
        if self._reason is not None and not self._said:
            self._said = True
            notices.warn("%s: nothing is logged, since %s", self._directory, self._reason)
        return self._reason is not None
