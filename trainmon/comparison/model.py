"""The value of a comparison: runs, the sides that they are on, and how far these are from each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.series import Axis
from trainmon.comparison.metrics import Metric
from trainmon.comparison.position import Position
from trainmon.runs.counted import Counted

Verdict = Literal["better", "worse", "close", "unknown"]
Basis = Literal["seeds", "pooled seeds", "scatter", ""]


@dataclass(frozen=True)
class Spread:
    """The mean of a figure over the runs of a side, and its standard deviation where they are two or more."""

    mean: float
    deviation: float | None
    count: int


@dataclass(frozen=True)
class Contrast:
    """How far one side is from another at the equal position: `difference` is one minus other, in the metric's unit.

    `noise` is the half width of its interval (None = not known) and `basis` what that is from; "close" is within it.
    """

    one: int
    other: int
    difference: float
    percent: float | None
    noise: float | None
    noise_percent: float | None
    basis: Basis
    verdict: Verdict


@dataclass(frozen=True)
class Standing:
    """The figures of one run: its label is unique in the comparison, `at_equal` is its level at the equal position.

    `best_at` is the global step of its best value; the epoch or the row where the run `counted` these.
    `delta` is its best minus the baseline run's best, `delta_percent` the same in percent of the baseline's; None for the
    baseline itself and where either is missing.
    """

    key: str
    label: str
    side: int
    best: float | None
    best_at: int | None
    counted: Counted
    last: float | None
    at_equal: float | None
    delta: float | None
    delta_percent: float | None


@dataclass(frozen=True, eq=False)
class Entry(Standing):
    """One compared run with what it says."""

    analysis: Analysis

    @property
    def finding(self) -> str:
        """The name of the finding to say first, "" where there is none above an info."""
        headline = self.analysis.diagnosis.headline
        return wording.finding_name(headline.kind) if headline else ""


@dataclass(frozen=True)
class Side:
    """What is compared: one run, or the runs that differ in nothing but their seed; `members` are their places."""

    label: str
    members: tuple[int, ...]
    best: Spread | None
    last: Spread | None
    at_equal: Spread | None
    to_baseline: Contrast | None

    @property
    def grouped(self) -> bool:
        """True for a group of seeds."""
        return len(self.members) > 1


@dataclass(frozen=True, eq=False)
class Outcome:
    """All that does not depend on the time of day.

    `metrics` is what the runs could be compared by. `ranking` holds the places of the sides that can be ranked, the best first;
    `ranked_by` says by what: their levels at the equal position, else their best values. `ahead` is how far the first is from the
    baseline, where that is another, and from the next. `differences` maps each setting
    that not all share to one value a run (None where absent). `has_groups` is true where there are groups of seeds, shown or
    not. `sentence` says which is better, `remarks` what that rests on.
    """

    chosen: Metric
    metrics: tuple[Metric, ...]
    axis: Axis
    standings: tuple[Standing, ...]
    baseline: int
    sides: tuple[Side, ...]
    position: Position | None
    ranking: tuple[int, ...]
    ranked_by: Literal["level", "best"]
    ahead: tuple[Contrast, ...]
    differences: Mapping[str, tuple[Any, ...]]
    same_config_keys: int
    has_groups: bool
    sentence: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def metric(self) -> str:
        """What is compared, in words."""
        return self.chosen.name

    @property
    def equal_step(self) -> int | None:
        """The last global step that all reached, None where steps are not what they are compared by."""
        return round(self.position.value) if self.position is not None and self.position.axis == "step" else None

    @property
    def equal_place(self) -> str:
        """The place at which values are compared in words, "" where there is none."""
        return self.position.words if self.position is not None else ""

    @property
    def counts_alike(self) -> bool:
        """True where all runs count the same: steps, epochs alone, or rows."""
        return len({one.counted for one in self.standings}) == 1

    @property
    def best_heading(self) -> str:
        """What stands above the places of the best values."""
        return wording.at_heading(self.standings[0].counted if self.counts_alike else "")

    @property
    def baseline_side(self) -> int:
        """The place of the side that the baseline is on."""
        return self.standings[self.baseline].side

    @property
    def grouped(self) -> bool:
        """True where a side is a group of seeds."""
        return any(side.grouped for side in self.sides)


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison(Outcome):
    """Runs on the same footing: `entries` are the standings with what each run says."""

    entries: tuple[Entry, ...]
