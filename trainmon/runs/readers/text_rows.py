"""From the lines of a console log to rows: what a line does not say itself, it takes from the lines before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from trainmon.runs.readers.text_bars import Bars
from trainmon.runs.readers.text_lines import Lines, Said, announced_side
from trainmon.runs.readers.text_recurring import Recurring
from trainmon.runs.readers.text_screen import Shown


class TextRow(NamedTuple):
    """One row: its positions and metrics by name, the text of its moment, and whether it sums up an epoch of other rows."""

    values: dict[str, float]
    stamp: str | None
    sums_up: bool


@dataclass
class Place:
    """Where in the training the log stands."""

    epoch: float | None = None
    step: float | None = None
    epochs: float | None = None
    steps: float | None = None
