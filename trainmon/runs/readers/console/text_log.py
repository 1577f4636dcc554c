"""What a training printed: the console log of any tool, as rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from trainmon import wording
from trainmon.runs.readers.columns import Growable
from trainmon.runs.readers.console.positions import COUNTED, TextRow
from trainmon.runs.readers.console.prefix import moment
from trainmon.runs.readers.console.rows import RowMaker
from trainmon.runs.readers.console.screen import shown
from trainmon.runs.readers.log_file import LogFile
from trainmon.runs.readers.log_run import About
from trainmon.runs.readers.table import Table
from trainmon.runs.run import Plan, Problem, Role


class TextSource:
    """Follows one console log; lines that no training wrote are counted, and left out."""

    def __init__(self, path: Path) -> None:
        self.table = Table(path.name)
        self._file = LogFile(path, self)
        self.restart(0)

    def restart(self, size: int) -> None:
        """Forget everything."""
        self.table.restart()
        self._maker = RowMaker()
        self._sums_up = Growable(np.bool_)

    def lines(self, data: bytes, first_line: int) -> None:
        """Take complete lines."""
        rows: list[TextRow] = []
        for line in data.decode("utf-8", errors="replace").split("\n"):
            states = shown(line)
            self.table.entries += bool(states)
            for state in states:
                rows += self._maker.take(state)
        self.table.read_bytes += len(data)
        if rows:
            time = np.array([np.nan if (at := moment(row.stamp)) is None else at for row in rows])
            self.table.add([row.values for row in rows], time)
            self._sums_up.append(np.array([row.sums_up for row in rows]))

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        return self._file.refresh()

    def problems(self) -> list[Problem]:
        """Return what is wrong with the file."""
        return [*self.table.problems, *self._file.problems()]

    def about(self) -> About:
        """Return what the lines say besides the rows: how many epochs or steps there will be."""
        epochs, steps = self._maker.positions.total_epochs, self._maker.positions.total_steps
        plan = Plan(None if epochs or not steps else int(steps), epochs, wording.PLAN_OF_LINES) if epochs or steps else None
        roles: dict[Role, str] = {"step": "step"} if self._maker.positions.gives_steps else {}
        return About(plan=plan, sums_up=self._sums_up.view(), counted=COUNTED, roles=roles)
