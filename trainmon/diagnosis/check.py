"""What a check declares of itself: the one value that its module makes, from which everything else about it is derived."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from trainmon.diagnosis.finding import Finding, Severity
from trainmon.diagnosis.inputs import Inputs

Asks = Literal["rows twice", "rows once", "state"]


@dataclass(frozen=True)
class Check:
    """One check, declared where it is written. The docstring of its module is what the user's page says of it.

    `kind` is the code of what it finds, in files and settings, and never changes; `severities` are those that it can have, the
    worst first. `find` yields its findings; `limits` are the numbers that it compares with (a frozen dataclass, see limits.py).

    `follows`: kinds that explain this one, which is then folded under the first of them that is there. `excluded_by`: kinds that
    contradict it; beside an alarm of one of them it is not said. `asks`: what it is made from, all rows and, for an alarm, all
    but the last; all rows alone, where one look is proof; or the state of the run, which time changes. `marked`: it begins at a
    place of the loss, which charts mark. `at_end`: what its severities become once the run is over, and no
    more rows come.
    """

    kind: str
    severities: tuple[Severity, ...]
    find: Callable[[Inputs], Iterator[Finding]]
    limits: type[Any] | None = None
    follows: tuple[str, ...] = ()
    excluded_by: tuple[str, ...] = ()
    asks: Asks = "rows twice"
    marked: bool = False
    at_end: Mapping[Severity, Severity] = field(default_factory=dict)
