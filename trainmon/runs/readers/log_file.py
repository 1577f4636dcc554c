"""One text file of a log, followed while it grows; what is wrong with it becomes a problem."""

from __future__ import annotations

from pathlib import Path

from trainmon.files.growing_file import LineConsumer
from trainmon.files.text_file import TextFile
from trainmon.runs.readers.followed import Followed
from trainmon.runs.run import Problem


class LogFile:
    """Follows one text file, whatever its encoding, for one consumer of its lines."""

    def __init__(self, path: Path, consumer: LineConsumer) -> None:
        self.path = path
        self._file = TextFile(path, consumer)
        self._followed = Followed(path.name, self._file)

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        before = self._file.trouble
        return self._followed.refresh() or self._file.trouble != before

    def problems(self) -> list[Problem]:
        """Return what is wrong with the file as a whole."""
        trouble = [Problem(self.path.name, None, self._file.trouble)] if self._file.trouble else []
        return [*self._followed.problems(), *trouble]
