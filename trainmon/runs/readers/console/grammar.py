"""Works out the shape of a log line: positions, pairs of a name and a number, and whether a training wrote it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trainmon.runs.readers.console import words as text_words
from trainmon.runs.readers.console.names import Name, name_before
from trainmon.runs.readers.console.shapes import BAR, Place, Shape
from trainmon.runs.readers.console.words import NONE, STRONG

NUMBER_MARK = "~"
PERCENT_OF_BAR = "%" + BAR
MOST_NUMBERS = 200
HEADING_CHARACTERS = 100

_UNIT = re.compile(r"%|[^\W\d_]+(?:/[^\W\d_]+)?")
_UNITS = frozenset(
    {"%", "ms", "s", "sec", "secs", "us", "k", "m", "b", "g", "mb", "gb", "mib", "gib", "kb", "x", "z", "it/s", "s/it"}
)
_UNIT_APART = re.compile(r" (?:%|ms|us|secs?|seconds|mins?|minutes|hours|[kmg]i?b)\b\.?", re.IGNORECASE)
_SCALES = {"K": 1e3, "k": 1e3, "M": 1e6, "B": 1e9, "ms": 1e-3, "us": 1e-6}
_RATE = re.compile(r" ?((?:tok|tokens|it|samples|img|images|steps|words|examples|iter)/s(?:ec)?)\b", re.IGNORECASE)
_GLUED = re.compile(r"[^\W\d]\w*[-/]$")  # "mAP50-95" is a name
_SLASH = re.compile(r" ?(?:/|of) ?")
_BAR = re.compile(r"\|~\||[█▏▎▍▌▋▊▉]")
_VETO = re.compile(
    r"\b(?:best|sav(?:e|ed|ing)|load(?:ed|ing)|checkpoint|resum\w+|restor\w+|improved|reduc\w+|early|expected|lowest)\b",
    re.IGNORECASE,
)


def _any(words: frozenset[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_EPOCH, _STEP = _any(text_words.EPOCH_WORDS), _any(text_words.STEP_WORDS - text_words.SHORT_STEPS)
# What announces an epoch or a step, and nothing else: "Epoch 3/90", "=== Starting epoch 3", "Iteration 20 | sampling ...".
_EPOCH_HEADING = re.compile(
    rf"(?!\s*['\"])[\W\d_]*(?:(?:start|starting|begin|beginning|training|running|train)\W+)?(?:{_EPOCH})\b", re.IGNORECASE
)
_STEP_HEADING = re.compile(
    rf"(?!\s*['\"])[\W\d_]*(?:{_STEP})\W*{NUMBER_MARK}(?: ?/ ?{NUMBER_MARK})?(?:\W*$| ?[|:.,=)\]-]+ )", re.IGNORECASE
)


def shape_of(texts: Sequence[str], numbers: Sequence[str]) -> Shape | None:
    """Return the shape of a message that was cut at its numbers, None where no training wrote it."""
    if len(numbers) > MOST_NUMBERS:
        return None
    return _Walk(texts, numbers).shape()


class _Walk:
    """Goes through a line from number to number."""

    def __init__(self, texts: Sequence[str], numbers: Sequence[str]) -> None:
        self._texts = texts
        self._numbers = numbers
        self._positions: dict[str, Place] = {}
        self._metrics: dict[str, Place] = {}
        self._strengths: dict[str, int] = {}
        self._bare: list[Place] = []
        self._side = ""
        self._announced: list[str] = []  # a metric named before a position: "Loss after epoch 5: 0.3"
        self._vetoed = False
        self._explicit = 0
        self._bar_words: list[str] = []  # before a bar: "Epochs:  30%|###   | 3/10"
        self._unit_ends = 0  # where the unit of the number before ends in the text after it

    def shape(self) -> Shape | None:
        """Return what was found."""
        skip = -1
        for at in range(len(self._numbers)):
            if at <= skip:
                continue
            skip = self._take(at)
        self._place_bare()
        return self._judged()

    def _take(self, at: int) -> int:
        """Look at a number, and return the index of the last one that belongs to it."""
        left, right = self._texts[at][self._unit_ends :], self._texts[at + 1]
        self._unit_ends = 0
        if _GLUED.search(left):
            return at
        if right.startswith(PERCENT_OF_BAR):
            self._look_for_side(left)
            self._bar_words = [word.lower().strip(":") for word in left.split()]
            return at
        joined = self._joined(at)
        if joined == at + 1 and right == "-" and self._is_epoch(left):
            self._bare.append(Place(joined))  # "epoch 3-599" is a step inside an epoch
            joined = at
        if joined > at:
            self._look_for_side(left)
            return joined
        total = at + 1 if at + 1 < len(self._numbers) and _SLASH.fullmatch(right) else -1
        unit = _UNIT.match(right)
        apart = _UNIT_APART.match(right)
        if total < 0 and (apart or (unit and _is_unit(unit[0]))):
            self._unit_ends = max(found.end() for found in (apart, unit) if found is not None)
        name = name_before(left)
        place = Place(at, total, _factor(unit, name))
        self._look_for_side(name.before if name else left)
        if unit is not None and not _is_unit(unit[0]):
            pass  # a part of a word: "2nd", "0x1f"
        elif name is None or (place.total >= 0 and text_words.side([name.words[0].lower()]) and len(name.words) == 1):
            self._look_for_side(left)
            self._take_bare(place, left, right)
        else:
            self._take_named(name, place, right)
        return max(at, total, self._bare[-1].at if self._bare else at)

    def _is_epoch(self, left: str) -> bool:
        name = name_before(left)
        return name is not None and text_words.position([word.lower() for word in name.words], False) == "epoch"

    def _joined(self, at: int) -> int:
        """Return the last index of numbers that are one thing: a date, a duration, a version, a range; else `at` itself."""
        last = at
        while last + 1 < len(self._numbers) and self._texts[last + 1] in (":", "-", "."):
            last += 1
        if last == at and at + 2 < len(self._numbers) and self._texts[at + 1] == self._texts[at + 2] == "/":
            return at + 2
        return last

    def _look_for_side(self, text: str) -> None:
        words = re.findall(r"[a-z_]+", text.lower())
        self._vetoed = self._vetoed or (not any(self._strengths.values()) and _VETO.search(text) is not None)
        self._side = next((side for word in reversed(words) if (side := text_words.side([word]))), self._side)

    def _take_named(self, name: Name, place: Place, right: str) -> None:
        lowered = [word.lower().strip(".:") for word in name.words]
        kind = text_words.position(lowered, place.total >= 0 or _is_bracketed(name, right))
        announced = [] if kind else text_words.metric_before_position(lowered)
        if announced and not set(lowered) & text_words.NO_POSITIONS:
            kind = "epoch" if lowered[-1] in text_words.EPOCH_WORDS else "step"
            self._announced = announced
        if kind and (name.explicit or lowered[-1] not in text_words.SHORT_STEPS):
            self._positions.setdefault(kind, place)
            self._look_for_side(" ".join(lowered[:-1]) if lowered[-1] in text_words.EPOCH_WORDS | text_words.STEP_WORDS else "")
        elif not kind:
            self._take_metric(announced or name.words, name.explicit or bool(announced), place)

    def _take_metric(self, words: list[str], explicit: bool, place: Place) -> None:
        words = [word.strip(".:") or word for word in words]
        column = text_words.metric_name(words, explicit)
        if not column:
            self._look_for_side(" ".join(words))
            return
        forbidden = any(set(text_words.parts(word)) & text_words.NO_METRICS for word in words)
        strength = NONE if forbidden else text_words.strength(words[-1])
        own = text_words.side([word.lower() for word in words])
        if own and strength:
            self._side = own
        elif strength and self._side in ("val", "test") and not text_words.side(text_words.parts(column)):
            column = f"{self._side}_{column}"
        if column in self._metrics:
            column = "_".join(word.lower() for word in words)
        if column not in self._metrics:
            self._metrics[column] = place
            self._strengths[column] = strength
            self._explicit += explicit

    def _take_bare(self, place: Place, left: str, right: str) -> None:
        rate = _RATE.match(right)
        if rate is not None:
            self._metrics.setdefault(rate[1].lower(), place)
        elif self._announced and re.fullmatch(r"\W*[:=]\W*|\W*(?:is|was) ", left):
            self._take_metric(self._announced, True, place)
            self._announced = []
        elif place.total >= 0 and set(self._bar_words[-1:]) & text_words.EPOCH_BARS:
            self._positions.setdefault("epoch", place)
        elif place.total >= 0 or (left.rstrip().endswith("[") or (self._bare and left == ", " and right.startswith("]"))):
            self._bare.append(place)

    def _place_bare(self) -> None:
        """Give numbers without a name their meaning: `[1][50/1000]`, `[1, 2000]`, `45/100` beside a bar."""
        bare = [place for place in self._bare if place.at <= 1 or "epoch" in self._positions or place.total >= 0]
        if "step" in self._positions or not bare:
            return
        if "epoch" not in self._positions and len(bare) > 1 and bare[0].at == 0 and not self._texts[0].strip(" [("):
            self._positions["epoch"] = bare.pop(0)
        self._positions["step"] = bare[0]

    def _judged(self) -> Shape | None:
        """Return the shape where the line is a row or announces an epoch, else None."""
        line = NUMBER_MARK.join(self._texts)
        epoch, step = self._positions.get("epoch"), self._positions.get("step")
        bar = _BAR.search(line) is not None
        if not self._is_row(epoch is not None, step is not None):
            return self._heading(line, bar)
        strong = [name for name, strength in self._strengths.items() if strength]
        sides = {text_words.side(text_words.parts(name)) for name in strong or self._metrics}
        evaluation = sides <= {"val", "test"}
        listed = evaluation and not bar and step in self._bare and step is not None and step.total >= 0
        unfinished = re.search(r"\bETA\b", line) is not None
        at = self._average if listed else int
        pairs = tuple((name, at(place.at), place.factor) for name, place in self._metrics.items() if place.total < 0)
        shares = tuple((name, place) for name, place in self._metrics.items() if place.total >= 0)
        losses = frozenset(name for name, strength in self._strengths.items() if strength == STRONG)
        return Shape(epoch, step, pairs, shares, losses, evaluation, sides != {""}, False, bar, listed, bar and unfinished)

    def _average(self, at: int) -> int:
        """Return the index of the mean that stands in brackets after a number, else that of the number."""
        following = [text.strip() for text in self._texts[at + 1 : at + 3]]
        return at + 1 if len(following) == 2 and following[0] == "(" and following[1].startswith(")") else at

    def _heading(self, line: str, bar: bool) -> Shape | None:
        epoch, step = self._positions.get("epoch"), self._positions.get("step")
        if epoch is not None and (bar or (len(line) <= HEADING_CHARACTERS and _EPOCH_HEADING.match(line))):
            return Shape(epoch=epoch, heading=True, bar=bar)
        if step is not None and not bar and len(line) <= HEADING_CHARACTERS and _STEP_HEADING.match(line):
            return Shape(step=step, heading=True)
        return None

    def _is_row(self, epoch: bool, step: bool) -> bool:
        if self._vetoed or not self._metrics:
            return False
        strongest = max(self._strengths.values(), default=NONE)
        sided = any(strength and text_words.side(text_words.parts(name)) for name, strength in self._strengths.items())
        if strongest:
            return strongest == STRONG or epoch or step or sided
        return epoch and step and self._explicit > 0


def _is_bracketed(name: Name, right: str) -> bool:
    """Return whether a number in words like `Train: 0 [` is followed by the step in brackets."""
    return name.explicit and right.startswith(" [")


def _factor(unit: re.Match[str] | None, name: Name | None) -> float:
    if unit is None or name is None or any("mem" in word.lower() for word in name.words):
        return 1.0
    return _SCALES.get(unit[0], 1.0)


def _is_unit(word: str) -> bool:
    return word.lower() in _UNITS or "/" in word
