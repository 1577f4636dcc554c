"""From the lines of a console log to rows: what a line does not say itself, it takes from the lines before."""

from __future__ import annotations

from typing import NamedTuple

from trainmon.runs.readers.text_bars import Bars
from trainmon.runs.readers.text_lines import Lines, Said, announced_side, on_side
from trainmon.runs.readers.text_recurring import Recurring
from trainmon.runs.readers.text_screen import Shown
from trainmon.runs.readers.text_shapes import Line

COUNTED = "row"  # the column that counts the training's rows where these give no step


class TextRow(NamedTuple):
    """One row: its positions and metrics by name, the text of its moment, and whether it sums up an epoch of other rows."""

    values: dict[str, float]
    stamp: str | None
    sums_up: bool
    evaluation: bool


class RowMaker:
    """Takes what a terminal would show, state by state, and gives rows."""

    def __init__(self) -> None:
        self.total_epochs: float | None = None
        self.total_steps: float | None = None
        self._lines = Lines()
        self._bars = Bars()
        self._recurring: Recurring[TextRow, tuple[str, ...]] = Recurring()
        self._epoch: float | None = None
        self._step: float | None = None
        self._steps_given = 0  # training rows that gave their own step
        self._bars_repeat = False
        self._counted = -1.0
        self._side = ""  # what the line before announced: "Test Error:"
        self._headed = False  # epochs are announced by headings
        self._heading_waits = False  # no bar was drawn since the last one

    @property
    def gives_steps(self) -> bool:
        """True where most rows of the training give their step."""
        return self._steps_given > self._counted + 1

    def take(self, shown: Shown) -> list[TextRow]:
        """Take the next state of a line, and return the rows that count from now on."""
        said = self._lines.read(shown.text)
        if said is None:
            self._side = announced_side(shown.text)
            return []
        if said.line.shape.heading:
            return self._rows(self._heading(said))
        if said.line.shape.bar or said.line.shape.listed or shown.redrawn or self._bars.drawing(said, self._epoch):
            return self._rows(self._bar(said, shown.redrawn))
        found = self._bars.finish()
        return self._rows([*found, self._sided(said)])

    def _heading(self, said: Said) -> list[Said]:
        line = said.line
        new = line.epoch != self._epoch
        found = self._bars.finish() if new else []
        self._heading_waits = self._heading_waits or new or line.epochs is not None
        self._headed = self._headed or not line.shape.bar
        self._epoch = line.epoch
        self.total_epochs = line.epochs or self.total_epochs
        return found

    def _bar(self, said: Said, redrawn: bool) -> list[Said]:
        if said.line.epoch is None and self._headed and not self._bars.continued_by(said, self._epoch):
            if self._heading_waits:
                self._heading_waits = False
            elif not said.line.shape.scoped:
                said = on_side(said, "test")  # a second bar below one heading is what `model.evaluate` draws
        return self._bars.take(said, self._epoch, redrawn)

    def _sided(self, said: Said) -> Said:
        """Return what a line says, on the side that the line before it announced, if any."""
        side, self._side = self._side, ""
        line = said.line
        own = line.shape.scoped or line.epoch is not None or line.step is not None
        return on_side(said, side) if side and not own else said

    def _rows(self, said: list[Said]) -> list[TextRow]:
        rows = []
        for each in said:
            row = self._row(each)
            sure = self._epoch is not None or self._step is not None
            rows += self._recurring.take(row, tuple(each.line.metrics), sure)
        return [row if "step" in row.values or row.sums_up else self._numbered(row) for row in rows]

    def _row(self, said: Said) -> TextRow:
        """Return what a line says as a row, with the position that it leaves to the lines before, and remember its own."""
        line, evaluation = said.line, said.line.shape.evaluation
        steps_inside = line.epoch is not None or self._epoch is not None
        self.total_epochs = line.epochs or self.total_epochs
        if line.steps is not None and not steps_inside and not evaluation:
            self.total_steps = self._total(line)
        self._epoch = self._epoch if line.epoch is None else line.epoch
        step = line.step if line.step is not None or not evaluation else self._step
        sums_up = not evaluation and step is None and self._steps_given > 0
        if line.step is not None:
            self._step = line.step
            self._steps_given += not evaluation
        values = {} if self._epoch is None else {"epoch": self._epoch}
        if step is not None:
            values["step"] = step
        values.update(line.metrics)
        return TextRow(values, said.stamp, sums_up, evaluation)

    def _total(self, line: Line) -> float | None:
        """Return how many steps are planned; a bar that begins again is that of an epoch, whose total says nothing."""
        self._bars_repeat = self._bars_repeat or (line.shape.bar and (line.step or 0.0) < (self._step or 0.0))
        return None if self._bars_repeat else line.steps

    def _numbered(self, row: TextRow) -> TextRow:
        """Return a row that has no step with its number among the training's."""
        if not row.evaluation:
            self._counted += 1
        row.values[COUNTED] = max(self._counted, 0.0)
        return row
