"""Tells the console logs of trainings from all the other texts that lie about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from trainmon.files.text_file import tail_of
from trainmon.runs.readers.candidate import HEAD_BYTES, Candidate
from trainmon.runs.readers.console.lines import Lines
from trainmon.runs.readers.console.screen import shown

FORMAT = "text_log"
SUFFIXES = ("", ".log", ".txt", ".out", ".err", ".stdout")
# A training prints its lines again and again: so many, or this share of a text, and it is no example in a document.
FEW, SHARE = 2, 0.02
MANY = 20
CODE_SHARE = 0.05

_DOCUMENT = re.compile(
    r"(?:readme|requirements|license|licence|copying|changelog|changes|contributing|authors|cmakelists|robots)\b"
)
_JSON = re.compile(rb"\s*[\[{]\s*(?:[\"{\[]|\n)")
_CODE = re.compile(
    r"\s*(?:def|import|from|class|return|if|elif|else|for|while|with|fn|let|const|var|pub|#include|//)\b|.*[;{]\s*$"
)


class Evidence(NamedTuple):
    """How many lines of a text tell a metric and where in the training that was, and how many lines there are."""

    told: int
    lines: int

    @property
    def enough(self) -> bool:
        """True where a training wrote the text."""
        return self.told >= MANY or self.told >= max(FEW, SHARE * self.lines)


def recognises(candidate: Candidate) -> bool:
    """Return whether a file is what a training printed, by its beginning or, below warnings and the like, by its end."""
    if candidate.suffix not in SUFFIXES or not _may_be_one(candidate):
        return False
    if evidence(candidate.lines).enough:
        return True
    return len(candidate.head) >= HEAD_BYTES and evidence(_tail(candidate)).enough


def tells_anything(candidate: Candidate) -> bool:
    """Return whether a file has any line of a training, whatever its ending: enough where a person names it."""
    return _may_be_one(candidate) and (evidence(candidate.lines).told > 0 or evidence(_tail(candidate)).told > 0)


def evidence(lines: Iterable[bytes]) -> Evidence:
    """Return what speaks for a training; lines without a position count where their like recurs, and in code not at all."""
    reader, alike = Lines(), Counter[tuple[str, ...]]()
    positioned = count = code = 0
    for line in lines:
        for state in shown(line.decode("utf-8", errors="replace")):
            count += 1
            said = reader.read(state.text)
            if said is None or said.line.shape.heading:
                code += _CODE.match(state.text) is not None
            elif said.line.epoch is not None or said.line.step is not None:
                positioned += 1
            else:
                alike[tuple(said.line.metrics)] += 1
    recurring = sum(times for times in alike.values() if times >= FEW)
    return Evidence(positioned + (0 if code > CODE_SHARE * count else recurring), count)


def _may_be_one(candidate: Candidate) -> bool:
    if "tfevents" in candidate.name or _DOCUMENT.match(candidate.name):
        return False
    return _JSON.match(candidate.head) is None


def _tail(candidate: Candidate) -> list[bytes]:
    return tail_of(candidate.path, HEAD_BYTES).split(b"\n")[1:]
