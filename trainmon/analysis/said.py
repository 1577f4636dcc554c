"""What was said of a training, and when: the values that `story_of` makes."""

from __future__ import annotations

from dataclasses import dataclass

from trainmon.diagnosis.finding import Finding, Severity
from trainmon.runs.counted import Counted

Key = tuple[str, str | None]  # kind and metric: by these it is the same finding at the next look


@dataclass(frozen=True)
class Place:
    """The row with which something came to be known (an index into the run's rows), its step and epoch as logged, its time."""

    row: int
    step: int | None
    epoch: float | None
    time: float | None


@dataclass(frozen=True)
class Said:
    """A finding that was said: with which row it came up, `alarm` where it became a warning or an error, and its worst severity.

    `until` is the row with which it was taken back, None where it still stands.
    """

    kind: str
    metric: str | None
    severity: Severity
    since: Place
    alarm: Place | None
    until: Place | None
    counted: Counted = "step"


@dataclass(frozen=True)
class Story:
    """What was said of a stretch, in the order in which it came up."""

    said: tuple[Said, ...] = ()

    @property
    def taken_back(self) -> tuple[Said, ...]:
        """What was said and does not stand any more."""
        return tuple(each for each in self.said if each.until is not None)

    def of(self, finding: Finding) -> Said | None:
        """Return since when a finding is known, None where the rows do not tell."""
        key = (finding.kind, finding.metric)
        return next((each for each in self.said if each.until is None and (each.kind, each.metric) == key), None)
