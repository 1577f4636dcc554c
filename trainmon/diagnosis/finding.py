"""What a check gives back, and what all of them say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from trainmon.runs.counted import Counted

Severity = Literal["error", "warning", "notice", "info"]
Verdict = Literal["error", "warning", "notice", "healthy", "not_enough_data", "nothing_to_judge"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "notice", "info")  # the worst first


@dataclass(frozen=True)
class Evidence:
    """One number that a finding rests on; `unit` is "" where it has none (a loss, a learning rate)."""

    value: float
    unit: str = ""


@dataclass(frozen=True)
class Setup:
    """How a training was set up: the library that it runs on ("" where none is known), and its configuration."""

    library: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """Something worth knowing about a training: `kind` is the code of its check, `case` which of its cases it is.

    `rows` are the rows of the run that it is about (row indices, the first is its onset), `steps` the same as logged; where the
    log counts epochs or rows alone (`counted`), they stand where steps do. `follows_from` names the finding that explains this
    one. `setup` is that of the training: advice names its settings.
    """

    kind: str
    severity: Severity
    metric: str | None = None
    rows: tuple[int, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    case: str = ""
    steps: tuple[int, ...] = ()
    follows_from: str | None = None
    counted: Counted = "step"
    setup: Setup = field(default=Setup(), repr=False, compare=False)

    @property
    def step(self) -> int | None:
        """The step at which it began, None where it has none."""
        return self.steps[0] if self.steps else None

    @property
    def alarms(self) -> bool:
        """True for a warning or an error."""
        return self.severity in ("error", "warning")

    def value(self, name: str) -> float | None:
        """Return the value of one piece of evidence, None where it has none of that name."""
        found = self.evidence.get(name)
        return None if found is None else found.value

    def unit(self, name: str) -> str:
        """Return the unit of one piece of evidence, "" where it has none."""
        found = self.evidence.get(name)
        return "" if found is None else found.unit


@dataclass(frozen=True)
class Look:
    """What was looked at: how many values a metric has, and whether these are enough to judge it."""

    metric: str
    count: int
    enough: bool


@dataclass(frozen=True)
class Diagnosis:
    """What is to be said of a training: findings with the worst first, and what was looked at to say so."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    looked_at: tuple[Look, ...] = ()

    @property
    def headlines(self) -> tuple[Finding, ...]:
        """The findings to say first: those above an info that follow from no other, the worst first."""
        return tuple(each for each in self.findings if each.severity != "info" and each.follows_from is None)

    @property
    def headline(self) -> Finding | None:
        """The one finding to say first, None where none is above an info."""
        return next(iter(self.headlines), None)
