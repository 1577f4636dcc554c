"""Where in the training each line of a console log stands: what it does not say itself, it takes from the lines before."""

from __future__ import annotations

from typing import NamedTuple

from trainmon.runs.readers.console.lines import Said
from trainmon.runs.readers.console.shapes import Line

COUNTED = "row"  # the column that counts the training's rows where these give no step
MOST_BACK = 0.1  # share of the rows at an earlier place than the one before: more, and the steps count something else


class TextRow(NamedTuple):
    """One row: its positions and metrics by name, the text of its moment, and whether it sums up an epoch of other rows."""

    values: dict[str, float]
    stamp: str | None
    sums_up: bool
    evaluation: bool


class Positions:
    """Follows the epoch and the step of a training through its lines."""

    def __init__(self) -> None:
        self.total_epochs: float | None = None
        self.epoch: float | None = None
        self._steps: float | None = None
        self._step: float | None = None
        self._announced: float | None = None  # the step that a line of its own gives to the rows below it
        self._losses: set[str] = set()  # of the training's rows that gave their own step
        self._steps_given = 0  # in such rows
        self._back = 0
        self._bars = 1  # so many bars were drawn that no epoch named
        self._counted = -1.0

    @property
    def known(self) -> bool:
        """True once a line told where it stands."""
        return self.epoch is not None or self._step is not None

    @property
    def gives_steps(self) -> bool:
        """True where most rows of the training give their step, and mostly a later one."""
        return self._steps_given > self._counted + 1 and self._back <= MOST_BACK * self._steps_given

    @property
    def total_steps(self) -> float | None:
        """How many steps are planned; the length of one bar among many is no plan."""
        return self._steps if self._bars == 1 else None

    def announce(self, line: Line) -> None:
        """Take what a line announces for those below it: an epoch, or a step."""
        if line.epoch is None:
            self._announced, self._steps = line.step, line.steps or self._steps
        else:
            self.epoch, self.total_epochs = line.epoch, line.epochs or self.total_epochs

    def row(self, said: Said) -> TextRow | None:
        """Return what a line says as a row, None where it repeats what a line with a step said."""
        line, evaluation = said.line, said.line.shape.evaluation
        if self._announced is not None and not positioned(said):
            line = line._replace(step=self._announced)
        repeats = line.step is None and line.epoch is None and not self._losses.isdisjoint(line.metrics)
        if repeats and self.epoch is None:
            return None
        self._remember(line)
        sums_up = line.step is None and self._steps_given > 0 and not evaluation and (repeats or line.epoch is not None)
        aside = evaluation or (self._steps_given > 0 and not sums_up)
        values = {} if self.epoch is None else {"epoch": self.epoch}
        if line.step is not None:
            values["step"] = line.step
        elif aside and self._step is not None:
            values["step"] = self._step
        values.update(line.metrics)
        return TextRow(values, said.stamp, sums_up, evaluation)

    def number(self, row: TextRow) -> None:
        """Give a row without a step its number among the training's."""
        if not row.evaluation:
            self._counted += 1
        row.values[COUNTED] = max(self._counted, 0.0)

    def _remember(self, line: Line) -> None:
        before = (self.epoch or 0.0, self._step or 0.0)
        self.total_epochs = line.epochs or self.total_epochs
        if line.epoch is not None:
            self.epoch = line.epoch
        if line.step is None:
            return
        goes_back = (self.epoch or 0.0, line.step) < before
        if line.shape.bar and goes_back and (self.epoch is None or self._bars > 1):
            self._bars += 1
            self.epoch = float(self._bars)
        elif not line.shape.evaluation:
            self._back += goes_back
        if line.steps is not None and self.epoch is None and not line.shape.evaluation:
            self._steps = line.steps
        self._step, self._announced = line.step, None
        if not line.shape.evaluation:
            self._steps_given += 1
            self._losses.update(line.shape.losses)


def positioned(said: Said) -> bool:
    """Return whether a line says itself where it stands."""
    return said.line.epoch is not None or said.line.step is not None
