"""Tables in a console log: a heading of names, and rows of numbers below it, as fastai, Ultralytics and notebooks print them."""

from __future__ import annotations

import re
from typing import NamedTuple

from trainmon.runs.readers.console import words as text_words
from trainmon.runs.readers.console.shapes import BAR, Line, Shape, without_bars
from trainmon.runs.readers.numbers import number

LONGEST_HEADING = 400
FEWEST_COLUMNS = 3

_COLUMNS = re.compile(r" {2,}|\t+| *\| *")
_UNIT = re.compile(r"[GMK]i?B?$")
# Ultralytics draws a bar behind each row: "640: 100%|####| 8/8 [00:01<00:00]".
_DRAWN = re.compile(rf": +[0-9]+% *(?:{re.escape(BAR)})?.*$")


class _Column(NamedTuple):
    """A column's name, and which position it is (`epoch`, `step`), if any."""

    name: str
    position: str


class Tables:
    """Remembers the heading that was printed last."""

    def __init__(self) -> None:
        self._columns: list[_Column] = []

    def heading(self, text: str) -> None:
        """Take a line without numbers: it may be the heading of a table."""
        if len(text) > LONGEST_HEADING or "loss" not in text.lower():
            return
        cells = [cell for cell in _COLUMNS.split(text.strip()) if cell]
        columns = [_column(cell) for cell in cells]
        if len(columns) >= FEWEST_COLUMNS and any(column.position for column in columns):
            self._columns = columns

    def row(self, text: str) -> Line | None:
        """Return what a row below the heading says, None where the line is none."""
        if not self._columns:
            return None
        drawn = without_bars(text)
        row = _DRAWN.sub("", drawn)
        cells = row.replace("|", " ").split()
        if len(cells) != len(self._columns):
            return None
        positions: dict[str, tuple[float | None, float | None]] = {}
        metrics: dict[str, float] = {}
        for column, cell in zip(self._columns, cells, strict=True):
            at, _, total = cell.partition("/")
            value = number(_UNIT.sub("", at))
            if column.position:
                positions.setdefault(column.position, (value, number(total) if total else None))
            elif value is not None:
                metrics[column.name] = value
        epoch, step = positions.get("epoch", (None, None)), positions.get("step", (None, None))
        if (epoch[0] is None and step[0] is None) or not any(map(text_words.strength, metrics)):
            return None
        losses = frozenset(name for name in metrics if text_words.strength(name) == text_words.STRONG)
        return Line(Shape(losses=losses, scoped=True, bar=row != drawn), *epoch, *step, metrics)


def _column(cell: str) -> _Column:
    words = cell.split()
    position = text_words.position([word.lower() for word in words], True)
    return _Column(text_words.metric_name(words, True) or "_".join(words), position)
