"""What was said of a training while it went on: when each finding came up, and when it was taken back.

It is worked out of the rows alone, so that a run opened tomorrow tells what somebody who watched it was told. The run is looked
at with its first 4, 5, 6 ... rows, then always with a sixth more, a tenth while something is said: these looks do not depend
on how long it is by now, and each is the diagnosis as it was then. Between two that differ, halving finds the row. What comes and
goes between two is not seen.

Left out is what no row says: the state of the run (silent, broken off) and its saved models, which may be gone by now. So is an
`info`, which is no claim that could be taken back. Where a later attempt supersedes rows, it is the story of those that count.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from trainmon.analysis.analyse import Analysis
from trainmon.analysis.judging import inputs_as_of, inputs_of, limits_of, step_of
from trainmon.analysis.said import Key, Place, Said, Story
from trainmon.analysis.series import Stretch
from trainmon.diagnosis.checks import BY_KIND
from trainmon.diagnosis.diagnose import diagnose
from trainmon.diagnosis.finding import SEVERITIES, Diagnosis, Severity
from trainmon.diagnosis.inputs import Inputs

FIRST_LOOK = 4  # rows: with fewer, hardly anything can be said
SHARE = 6  # a look has a sixth more rows than the one before: it misses as little of 60 looks as an eighth or a tenth (trials)
SOONER = 10  # a tenth more, after one that said something: a notice may be an alarm for a while
MOST_HALVINGS = 7  # between two looks: to the row below 768 rows, to about a thousandth of them beyond
ALARMS: tuple[Severity, ...] = ("error", "warning")

Sayings = Mapping[Key, Severity]


def story_of(analysis: Analysis) -> Story:
    """Return what was said of the stretch of an analysis, up to its last row; it is remembered with the run."""
    stretch = analysis.stretch
    if stretch is None or not len(stretch.line):
        return Story()
    asked = (analysis.chain.number if analysis.chain else None, analysis.attempt)
    return stretch.memo.once(Story, lambda: _story(analysis, stretch, asked), *asked)


@dataclass(frozen=True)
class _Span:
    """What was said from one number of rows of the line to another."""

    key: Key
    severity: Severity
    since: int
    alarm: int | None
    until: int | None = None


@dataclass(frozen=True, eq=False)
class _Told:
    """The story up to a look of the grid: what was said at it, of how many rows, the last of them, and by which inputs.

    `under` is what the looks depended on besides the rows. `between` are the looks behind it that are no part of the grid,
    `by_rows` what of a diagnosis behind it the rows alone said.
    """

    under: object
    count: int = 0
    row: int = -1
    inputs: Inputs | None = None
    sayings: Sayings = field(default_factory=dict)
    spans: tuple[_Span, ...] = ()
    between: dict[int, Sayings] = field(default_factory=dict)
    by_rows: dict[frozenset[tuple[Key, Severity]], Sayings] = field(default_factory=dict)


class _Looks:
    """Looks at the first rows of a stretch."""

    def __init__(self, analysis: Analysis, stretch: Stretch) -> None:
        self._analysis, self._stretch = analysis, stretch

    @cached_property
    def _whole(self) -> Inputs:
        return inputs_of(self._stretch, self._analysis.progress, None, self._analysis.memory)

    def at(self, count: int, earlier: Inputs | None) -> tuple[Inputs, Sayings]:
        """Return what the checks look at with so many rows of the line, and what they say."""
        then = self._stretch.before(int(self._stretch.line[count - 1]) + 1)
        inputs = inputs_as_of(then, self._whole, earlier)
        return inputs, _sayings(diagnose(inputs))

    def behind(self, told: _Told, count: int) -> Sayings:
        """Return what the checks say with more rows than at the end of a story; each such look is made once."""
        if count not in told.between:
            told.between[count] = self.at(count, told.inputs)[1]
        return told.between[count]

    def by_rows(self, told: _Told, count: int, sayings: Sayings) -> Sayings:
        """Return what of a diagnosis the rows alone say: where anything is new, a look without all else tells, once for each."""
        if sayings == told.sayings:
            return sayings
        new = frozenset(sayings.items())
        if new not in told.by_rows:
            told.by_rows[new] = self.behind(told, count)
        return told.by_rows[new]

    def hold(self, told: _Told) -> bool:
        """Return whether a story is about the first of these rows: they may have been read anew, into other arrays."""
        return told.inputs is None or self._whole.go_on_from(told.inputs)


@dataclass(frozen=True, eq=False)
class _Cell:
    """The rows from one look of the grid, with which `told` ends, to the next at `end`; `known` of them are there by now."""

    looks: _Looks
    told: _Told
    end: int
    known: int
    sayings: Sayings

    def first(self, holds: Callable[[Sayings], bool]) -> int:
        """Return the number of rows from which on something holds, which did not at the look before and does at the end.

        The places of the halving depend on the grid alone, never on how many rows there are.
        """
        low, high = self.told.count, self.end
        for _ in range(MOST_HALVINGS):
            if high - low <= 1:
                break
            middle = (low + high) // 2
            low, high = (low, middle) if holds(self._at(middle)) else (middle, high)
        return min(high, self.known)

    def _at(self, count: int) -> Sayings:
        return self.sayings if count >= self.known else self.looks.behind(self.told, count)


def _story(analysis: Analysis, stretch: Stretch, asked: Hashable) -> Story:
    looks, growing, run = _Looks(analysis, stretch), stretch.memo.growing, stretch.run
    under = (limits_of(stretch)[0], run.rows.roles, run.plan)
    name, rows = ("story", asked), run.rows.time
    told = growing.whole(name, rows, lambda before: _told(stretch, looks, under, before), looks.hold)
    known = len(stretch.line)
    sayings = looks.by_rows(told, known, _sayings(analysis.diagnosis))
    spans = _spans(_Cell(looks, told, _next(told), known, sayings))
    said = (_said(stretch, each) for each in spans)
    return Story(tuple(sorted(said, key=lambda each: each.since.row)))


def _told(stretch: Stretch, looks: _Looks, under: object, before: _Told | None) -> _Told:
    """Return the story up to the last look of the grid, going on from what was told before where that still holds."""
    line, told = stretch.line, _Told(under)
    if before is not None and before.under == under and _goes_on(before, stretch):
        told = before
    while (count := _next(told)) <= len(line):
        inputs, sayings = looks.at(count, told.inputs)
        spans = _spans(_Cell(looks, told, count, count, sayings))
        told = _Told(under, count, int(line[count - 1]), inputs, sayings, spans)
    return told


def _goes_on(told: _Told, stretch: Stretch) -> bool:
    """Return whether the rows of a story are still the first of the line: a later attempt may supersede some of them."""
    count = told.count
    return count == 0 or (count <= len(stretch.line) and int(stretch.line[count - 1]) == told.row)


def _next(told: _Told) -> int:
    """Return how many rows the look of the grid has that follows the last of a story."""
    return told.count + max(1, told.count // (SOONER if told.sayings else SHARE)) if told.count else FIRST_LOOK


def _spans(cell: _Cell) -> tuple[_Span, ...]:
    """Return the spans with what changed inside a cell."""
    before, now = cell.told.sayings, cell.sayings
    return (*(_gone_on(cell, each) for each in cell.told.spans), *(_begun(cell, key) for key in now if key not in before))


def _gone_on(cell: _Cell, span: _Span) -> _Span:
    """Return what becomes of a span: it ends, becomes an alarm, or goes on."""
    if span.until is not None:
        return span
    severity = cell.sayings.get(span.key)
    if severity is None:
        return replace(span, until=cell.first(lambda said: span.key not in said))
    worst = min(span.severity, severity, key=SEVERITIES.index)
    alarm = cell.first(lambda said: said.get(span.key) in ALARMS) if span.alarm is None and severity in ALARMS else span.alarm
    return replace(span, severity=worst, alarm=alarm)


def _begun(cell: _Cell, key: Key) -> _Span:
    severity = cell.sayings[key]
    alarm = cell.first(lambda said: said.get(key) in ALARMS) if severity in ALARMS else None
    return _Span(key, severity, cell.first(lambda said: key in said), alarm)


def _sayings(diagnosis: Diagnosis) -> Sayings:
    """Return what a diagnosis says by the rows, each finding with its worst severity."""
    found: dict[Key, Severity] = {}
    for each in diagnosis.findings:
        if each.severity != "info" and BY_KIND[each.kind].asks != "state":
            key = (each.kind, each.metric)
            found[key] = min(each.severity, found.get(key, each.severity), key=SEVERITIES.index)
    return found


def _said(stretch: Stretch, span: _Span) -> Said:
    kind, metric = span.key
    places = [_place(stretch, count) for count in (span.since, span.alarm, span.until)]
    since, alarm, until = places
    assert since is not None
    return Said(kind, metric, span.severity, since, alarm, until, stretch.counted)


def _place(stretch: Stretch, count: int | None) -> Place | None:
    """Return the row with which a stretch had so many rows."""
    if count is None:
        return None
    row = int(stretch.line[count - 1])
    epoch, time = (float(values[row]) for values in (stretch.run.rows.values("epoch"), stretch.run.rows.time))
    return Place(row, step_of(stretch, row), epoch if np.isfinite(epoch) else None, time if np.isfinite(time) else None)
