"""From the lines of a console log to the rows of a training."""

from __future__ import annotations

from trainmon.runs.readers.console.bars import Bars
from trainmon.runs.readers.console.lines import Lines, Said, announced_side, on_side
from trainmon.runs.readers.console.positions import Positions, TextRow, positioned
from trainmon.runs.readers.console.recurring import Recurring
from trainmon.runs.readers.console.screen import Shown


class RowMaker:
    """Takes what a terminal would show, state by state, and gives rows."""

    def __init__(self) -> None:
        self.positions = Positions()
        self._lines = Lines()
        self._bars = Bars()
        self._recurring: Recurring[TextRow, tuple[str, ...]] = Recurring()
        self._side = ""  # what the line before announced: "Test Error:"
        self._headed = False  # epochs are announced by headings
        self._heading_waits = False  # no bar was drawn since the last one

    def take(self, shown: Shown) -> list[TextRow]:
        """Take the next state of a line, and return the rows that count from now on."""
        said = self._lines.read(shown.text)
        if said is None:
            self._side = announced_side(shown.text)
            ends_test = shown.text.lstrip().startswith("* ")  # as PyTorch's ImageNet example sums a test up
            return self._rows(self._bars.finish()) if ends_test else []
        if said.line.shape.heading:
            return self._rows(self._heading(said))
        if said.line.shape.bar or said.line.shape.listed or shown.redrawn or self._bars.drawing(said, self._epoch_of_bars):
            return self._rows(self._bar(said, shown.redrawn))
        found = self._bars.finish() if positioned(said) else []
        return self._rows([*found, self._sided(said)])

    def _heading(self, said: Said) -> list[Said]:
        line, found = said.line, []
        if line.epoch is not None:
            new = line.epoch != self.positions.epoch
            found = self._bars.finish() if new else []
            self._heading_waits = self._heading_waits or new or line.epochs is not None
            self._headed = self._headed or not line.shape.bar
        self.positions.announce(line)
        return found

    def _bar(self, said: Said, redrawn: bool) -> list[Said]:
        if said.line.epoch is None and self._headed and not self._bars.continued_by(said, self._epoch_of_bars):
            if self._heading_waits:
                self._heading_waits = False
            elif not said.line.shape.scoped:
                said = on_side(said, "test")  # a second bar below one heading is what `model.evaluate` draws
        return self._bars.take(said, self._epoch_of_bars, redrawn)

    @property
    def _epoch_of_bars(self) -> float | None:
        """The epoch of a bar that names none: what a heading announced."""
        return self.positions.epoch if self._headed else None

    def _sided(self, said: Said) -> Said:
        """Return what a line says, on the side that the line before it announced, if any."""
        side, self._side = self._side, ""
        return on_side(said, side) if side and not said.line.shape.scoped and not positioned(said) else said

    def _rows(self, said: list[Said]) -> list[TextRow]:
        rows: list[TextRow] = []
        for each in said:
            row = self.positions.row(each)
            if row is not None:
                rows += self._recurring.take(row, tuple(each.line.metrics), self.positions.known)
        for row in rows:
            if "step" not in row.values and not row.sums_up:
                self.positions.number(row)
        return rows
