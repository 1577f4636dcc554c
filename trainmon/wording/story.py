"""What is said of when findings came up, and when they were taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from trainmon.wording.findings import finding_name
from trainmon.wording.formats import count, position

TAKEN_BACK = "Taken back"
MOST_TIMES = 3  # that one finding was said and taken back: the last ones are named, the others counted


class At(Protocol):
    """A place of a training, as logged."""

    @property
    def row(self) -> int:
        """Its row."""

    @property
    def epoch(self) -> float | None:
        """Its epoch, None where none was logged."""

    @property
    def step(self) -> int | None:
        """Its step, or what is counted instead."""


class Told(Protocol):
    """A finding that was said from a place on, and up to another where it was taken back."""

    @property
    def kind(self) -> str:
        """The code of its kind."""

    @property
    def metric(self) -> str | None:
        """The metric that it is about."""

    @property
    def severity(self) -> str:
        """Its severity, the worst that it had."""

    @property
    def counted(self) -> str:
        """What the training counts: "step", "epoch" or "row"."""

    @property
    def since(self) -> At:
        """Where it came up."""

    @property
    def alarm(self) -> At | None:
        """Where it became a warning or an error."""

    @property
    def until(self) -> At | None:
        """Where it was taken back, None where it stands."""


def known_since(told: Told | None) -> str:
    """Return since when a finding is known: "known since epoch 0, step 1 240 (a notice until step 1 300)", "" for nothing."""
    if told is None:
        return ""
    alarm = told.alarm
    milder = f" (a notice until {_place(alarm, told.counted, told.since)})" if alarm and alarm.row != told.since.row else ""
    return f"known since {_place(told.since, told.counted)}{milder}"


def capital(words: str) -> str:
    """Return words with a capital at their beginning."""
    return f"{words[:1].upper()}{words[1:]}"


def taken_back_count(findings: int) -> str:
    """Return the heading of what was said and does not stand any more."""
    return f"{TAKEN_BACK} ({count(findings)})"


def taken_back_last(told: Told, of: int) -> str:
    """Return in short what was taken back last, of so many: "Taken back: Overfitting, step 4 200 to step 4 900 (and 2 more)"."""
    more = f" (and {count(of - 1)} more)" if of > 1 else ""
    return f"{TAKEN_BACK}: {finding_name(told.kind)}, {_from_to(told).removeprefix('from ')}{more}"


def told_name(told: Told) -> str:
    """Return what a finding is called that was said: "Overfitting (val_loss)"."""
    name = finding_name(told.kind)
    return f"{name} ({told.metric})" if told.metric else name


def said_from_to(times: Sequence[Told]) -> str:
    """Return from where to where one finding was said, the last times: "from step 4 200 to step 4 900"."""
    spans = [_from_to(each) for each in times[-MOST_TIMES:]]
    before = len(times) - len(spans)
    return ", ".join(spans) + (f", and {count(before)} more {'time' if before == 1 else 'times'} before" if before else "")


def _from_to(told: Told) -> str:
    end = f" to {_place(told.until, told.counted, told.since)}" if told.until is not None else ""
    return f"from {_place(told.since, told.counted)}{end}"


def _place(at: At, counted: str, after: At | None = None) -> str:
    """Return a place; its epoch is left out where that of the one before is the same."""
    same = after is not None and after.epoch == at.epoch and counted != "epoch"
    return position(None if same else at.epoch, at.step, counted=counted)
