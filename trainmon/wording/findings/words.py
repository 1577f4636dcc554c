"""A finding in words, made from its kind, its case and its numbers."""

from __future__ import annotations

from dataclasses import dataclass

from trainmon.wording.findings.settings import said as in_settings
from trainmon.wording.findings.table import FINDINGS
from trainmon.wording.findings.values import Found
from trainmon.wording.formats import count, duration, memory, number, percent

_COUNTED = ("rows", "values", "evaluations", "spikes", "readings", "checkpoints", "jumps")


@dataclass(frozen=True)
class FindingWords:
    """A finding in sentences: `title` with the numbers, `evidence` as name and value, `advice` in order, `caveat` the doubt."""

    name: str
    title: str
    evidence: tuple[tuple[str, str], ...]
    advice: tuple[str, ...]
    caveat: str


def finding_words(found: Found) -> FindingWords:
    """Return the sentences of a finding."""
    said = FINDINGS[found.kind]
    evidence = tuple((evidence_name(name), quantity(found.value(name), found.unit(name))) for name in found.evidence)
    lines = said.advice if isinstance(said.advice, tuple) else said.advice(found)
    advice = tuple(told for line in lines if (told := line if isinstance(line, str) else in_settings(line, found.setup)))
    caveat = said.caveat if isinstance(said.caveat, str) else said.caveat(found)
    return FindingWords(said.name, said.title(found), evidence, advice, caveat)


def finding_name(kind: str) -> str:
    """Return what a kind of finding is called."""
    return FINDINGS[kind].name


def short_finding_name(kind: str) -> str:
    """Return what a kind of finding is called where there is little room."""
    return FINDINGS[kind].short or FINDINGS[kind].name


def evidence_name(name: str) -> str:
    """Return what a piece of evidence is called: the codes are words of this language."""
    return name.replace("_", " ")


def quantity(value: float | None, unit: str) -> str:
    """Return a piece of evidence with its unit."""
    if unit == "%":
        return percent(value)
    if unit == "MB":
        return memory(value)
    if unit == "s":
        return duration(value)
    if unit == "step":
        return count(value)
    return f"{count(value)} {unit}" if unit in _COUNTED else f"{number(value)} {unit}".strip()
