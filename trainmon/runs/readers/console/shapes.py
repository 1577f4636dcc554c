"""The shape of a log line: what stays where its numbers change, and what each of the numbers is.

A training writes few shapes, and each many times: a shape is worked out once, and its later lines are a look-up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_EXPONENT = r"(?:[eE][-+]?[0-9]+)?"
_DIGITS_ON = rf"(?:[0-9]{{0,2}}(?:,[0-9]{{3}})+(?![0-9,])(?:\.[0-9]*)?|[0-9]*(?:\.[0-9]*)?){_EXPONENT}"
_NAN, _INF = r"[aA][nN](?!\w)", r"[nN][fF](?:inity)?(?!\w)"
# It begins with a plain set of characters, by which Python's engine skips ahead: that halves the time of a whole log.
NUMBER = re.compile(
    rf"""([-+.0-9nNiI](?<![\w.@].)(?<![^\W\d_][-/].)(?:
      (?<=[0-9]){_DIGITS_ON}
    | (?<=[-+])(?:[0-9]{_DIGITS_ON}|\.[0-9]+{_EXPONENT}|[nN]{_NAN}|[iI]{_INF})
    | (?<=\.)[0-9]+{_EXPONENT} | (?<=[nN]){_NAN} | (?<=[iI]){_INF}
    ))""",
    re.VERBOSE,
)
_BARS = re.compile(r"(?<=%)\|[^|]{0,400}\||\[[=>.#-]{5,400}\]|[━╸╺]+(?: *[━╸╺]+)*")
BAR = "|~|"
_DIGITS = re.compile(r"[0-9]+")


class Place(NamedTuple):
    """Where a position or a metric stands among a line's numbers; `total` is the index of the number after its slash, or -1."""

    at: int
    total: int = -1
    factor: float = 1.0


@dataclass(frozen=True)
class Shape:
    """What the numbers of a line are: positions, metrics as (name, index, factor), those that are shares ("9000/10000"), losses.

    `evaluation` says that they are of validation alone, `scoped` that the line says of which side it is, `heading` that it
    announces an epoch or a step and holds no metric; `bar` is a progress bar, `unfinished` one that still estimates its end,
    `listed` a validation that prints how far it is (`Test: [3/48]`).
    """

    epoch: Place | None = None
    step: Place | None = None
    pairs: tuple[tuple[str, int, float], ...] = ()
    shares: tuple[tuple[str, Place], ...] = ()
    losses: frozenset[str] = frozenset()
    evaluation: bool = False
    scoped: bool = False
    heading: bool = False
    bar: bool = False
    listed: bool = False
    unfinished: bool = False


class Line(NamedTuple):
    """What one line says: positions with their totals, and metrics by name."""

    shape: Shape
    epoch: float | None
    epochs: float | None
    step: float | None
    steps: float | None
    metrics: dict[str, float]


def pieces(text: str) -> list[str]:
    """Return the texts (even places) and the numbers (odd places) of a message; bars are drawn alike, spaces are single."""
    text = without_bars(text)
    return NUMBER.split(" ".join(text.split()) if "  " in text or "\t" in text else text.strip())


def without_bars(text: str) -> str:
    """Return a message with one sign for each progress bar in it, however far that is drawn."""
    if "%|" in text or "[=" in text or "[>" in text or "━" in text or "[." in text:
        return _BARS.sub(BAR, text)
    return text


def value(written: str) -> float:
    """Return the number that NUMBER found."""
    return float(written.replace(",", "") if "," in written else written)


def line_of(shape: Shape, numbers: list[str]) -> Line:
    """Return what a line of a known shape says."""
    epoch, epochs = _position(shape.epoch, numbers)
    step, steps = _position(shape.step, numbers)
    try:
        metrics = {name: float(numbers[at]) * factor for name, at, factor in shape.pairs}
    except ValueError:
        metrics = {name: value(numbers[at]) * factor for name, at, factor in shape.pairs}
    for name, place in shape.shares:
        metrics[name] = _share(place, numbers)
    return Line(shape, epoch, epochs, step, steps, metrics)


def _position(place: Place | None, numbers: list[str]) -> tuple[float | None, float | None]:
    if place is None:
        return None, None
    at = value(numbers[place.at])
    total = value(numbers[place.total]) if place.total >= 0 else None
    return (at if at == at and abs(at) < 1e15 else None), (total if total and 0 < total < 1e15 else None)


def _share(place: Place, numbers: list[str]) -> float:
    written, total = numbers[place.at], numbers[place.total]
    # "9000/10000" is a share; "0.3 / 0.1" are two values of which the first is meant
    is_share = _DIGITS.fullmatch(written) and _DIGITS.fullmatch(total) and float(total) > 0
    return float(written) / float(total) if is_share else value(written)
