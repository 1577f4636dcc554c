"""When findings came up and when they were taken back, as words and as a document."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from trainmon import wording
from trainmon.analysis.said import Place, Said, Story
from trainmon.diagnosis.finding import SEVERITIES
from trainmon.reports.sections import Table

Document = dict[str, Any]
HEAD = ("Severity", "Finding", "Said")


def taken_back(story: Story) -> Table:
    """Return what was said and does not stand any more, each finding once: the one that was said last first."""
    alike = sorted(story.taken_back, key=_which)
    rows = sorted((tuple(times) for _, times in groupby(alike, key=_which)), key=lambda times: times[-1].since.row, reverse=True)
    return Table(wording.TAKEN_BACK, tuple(_row(times) for times in rows), HEAD)


def _which(said: Said) -> tuple[str, str]:
    return said.kind, said.metric or ""


def _row(times: tuple[Said, ...]) -> tuple[str, ...]:
    worst = min((each.severity for each in times), key=SEVERITIES.index)
    return worst, wording.told_name(times[-1]), wording.said_from_to(times)


def known_document(said: Said | None) -> Document | None:
    """Return since when a finding is known, None where the rows do not tell."""
    if said is None:
        return None
    return {**_place(said.since), "alarm": _place(said.alarm) if said.alarm is not None else None}


def standing_document(story: Story | None) -> list[Document] | None:
    """Return the findings that stand, each with when it came up; None where this was not worked out."""
    if story is None:
        return None
    return [{**_finding(each), "since": _place(each.since)} for each in story.said if each.until is None]


def taken_back_document(story: Story | None) -> list[Document] | None:
    """Return what was said and taken back, in the order in which it came up; None where this was not worked out."""
    if story is None:
        return None
    return [
        {**_finding(each), "since": _place(each.since), "until": _place(each.until)}
        for each in story.taken_back
        if each.until is not None
    ]


def _finding(said: Said) -> Document:
    return {"kind": said.kind, "severity": said.severity, "metric": said.metric}


def _place(place: Place) -> Document:
    """Return a place; its row counts from 0, its time is in seconds since 1970."""
    return {"row": place.row, "epoch": place.epoch, "step": place.step, "time": place.time}
