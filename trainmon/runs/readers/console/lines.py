"""A line of a console log as the names and numbers in it, or nothing where no training wrote it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from trainmon.runs.readers.console.grammar import shape_of
from trainmon.runs.readers.console.prefix import message
from trainmon.runs.readers.console.shapes import Line, Shape, line_of, pieces
from trainmon.runs.readers.console.tables import Tables
from trainmon.runs.readers.console.words import VALIDATION_WORDS, WORTH_A_LOOK, side, strength

MOST_SHAPES = 5_000
ANNOUNCEMENT_CHARACTERS = 40

_HINTS = sorted(WORTH_A_LOOK, key=len)
_LETTERS = re.compile(r"[^\W\d_]+")


class Said(NamedTuple):
    """What a line says, and the text of the moment that its prefix gives."""

    line: Line
    stamp: str | None


class Lines:
    """Reads lines, and remembers the shapes that it has worked out."""

    def __init__(self) -> None:
        self._tables = Tables()
        self._shapes: dict[tuple[str, ...], Shape | None] = {}

    def read(self, text: str) -> Said | None:
        """Return what a line says, None where it is neither a row nor announces an epoch or a step."""
        text, stamp = message(text)
        bar = text.find("%|")
        if bar >= 0 and (dictionary := text.find("{'", bar)) > 0:
            text = text[dictionary:]  # printed beside a progress bar that has nothing to do with it
        texts = pieces(text)
        if len(texts) == 1:
            self._tables.heading(text)
            return None
        numbers = texts[1::2]
        shape = self._shape(tuple(texts[::2]), numbers)
        line = line_of(shape, numbers) if shape is not None else self._tables.row(text)
        return Said(line, stamp) if line is not None else None

    def _shape(self, texts: tuple[str, ...], numbers: list[str]) -> Shape | None:
        try:
            return self._shapes[texts]
        except KeyError:
            pass
        written = "".join(texts).lower()
        if not any(hint in written for hint in _HINTS):
            return None
        if len(self._shapes) >= MOST_SHAPES:
            self._shapes.clear()
        shape = self._shapes[texts] = shape_of(texts, numbers)
        return shape


def on_side(said: Said, side: str) -> Said:
    """Return what a line says as that of another side (`val`, `test`): its metrics are named after it."""
    metrics = {f"{side}_{name}" if strength(name) else name: number for name, number in said.line.metrics.items()}
    return said._replace(line=said.line._replace(shape=replace(said.line.shape, evaluation=True, scoped=True), metrics=metrics))


def announced_side(text: str) -> str:
    """Return the side (`val`, `test`) that a line like `Test Error:` announces for the next one, else nothing."""
    words = [word.lower() for word in _LETTERS.findall(text)] if len(text) <= ANNOUNCEMENT_CHARACTERS else []
    if not words or len(words) > 4 or any(character.isdigit() for character in text):
        return ""
    found = side(words)
    return found if found in ("val", "test") and (text.rstrip().endswith(":") or words[0] in VALIDATION_WORDS) else ""
