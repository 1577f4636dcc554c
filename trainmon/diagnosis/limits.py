"""Limits: the numbers that checks compare with, each with its unit and its reason; trainmon.toml changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

Number = TypeVar("Number", int, float)
Group = TypeVar("Group")


def limit(default: Number, unit: str, reason: str) -> Number:
    """Declare one limit of a group (a frozen dataclass): what it is counted in, and what it is for and why it is so high."""
    declared: Number = field(default=default, metadata={"unit": unit, "reason": reason})
    return declared


@dataclass(frozen=True)
class SharedLimits:
    """How much data a check needs, and what else several of them ask for."""

    fewest_rows: int = limit(20, "rows", "needed for a trend: with fewer, the verdict changed with the seed (trials)")
    fewest_evaluations: int = limit(4, "validations", "needed for a trend: in the three of three epochs it may be chance")
    fewest_constant: int = limit(5, "values", "needed to call a loss constant or a speed usual: four equal ones can be rounding")
    second_look_share: float = limit(0.05, "of the rows", "left out at a second look: live, a warning must not come and go")
    warm_up_share: float = limit(0.05, "of the rows", "left out at the start, at least 3: there every loss falls fast")
    trend_z: float = limit(2.33, "z (Mann-Kendall)", "from here a trend is none of chance: 1 %, one-sided")


@dataclass(frozen=True)
class Limits:
    """The limits in force: the groups that differ from their defaults, and the kinds of findings that are not wanted."""

    changed: Mapping[type, Any] = field(default_factory=dict)
    off: frozenset[str] = frozenset()

    def of(self, group: type[Group]) -> Group:
        """Return the limits of a group as they hold here."""
        found: Group = self.changed[group] if group in self.changed else group()
        return found

    @property
    def shared(self) -> SharedLimits:
        """The limits that several checks ask for."""
        return self.of(SharedLimits)
