"""Hours of work since the last saved model."""

from __future__ import annotations

import pytest

from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.inputs import Inputs, RunState, Unsaved
from trainmon.diagnosis.work_at_risk import find_work_at_risk
from trainmon.wording import finding_words

HOUR = 3_600.0


def found_in(steps: float, word: str = "running", *, hours: float = 3.0, complete: bool = False) -> list[Finding]:
    """Return what is found of work since a model at step 4,000 in a run that saves one every 500 steps."""
    unsaved = Unsaved(hours * HOUR, steps, 500.0, 4_000.0, row=401)
    return list(find_work_at_risk(Inputs(unsaved=unsaved, state=RunState(word, "", complete))))


@pytest.mark.parametrize(("steps", "severities"), [(900, []), (1_100, ["notice"]), (1_600, ["warning"])])
def test_what_is_overdue_is_a_notice_and_then_a_warning(steps: float, severities: list[str]) -> None:
    assert [each.severity for each in found_in(steps)] == severities
    assert [each.severity for each in found_in(steps, "silent")] == severities


def test_the_work_is_said_in_hours_and_steps() -> None:
    (found,) = found_in(1_600)
    said = finding_words(found).title.replace("\u2009", " ")
    assert said == "3 h of work (1 600 steps) since the last saved model, step 4 000; one is usually saved every 500 steps"


def test_minutes_of_work_are_not_worth_a_word() -> None:
    assert found_in(1_600, hours=0.2) == []


@pytest.mark.parametrize("word", ["failed", "interrupted", "ended"])
def test_a_run_that_broke_off_has_lost_it(word: str) -> None:
    assert [(each.severity, each.case) for each in found_in(1_600, word)] == [("notice", "lost")]


def test_a_run_that_did_all_it_meant_to_has_nothing_at_risk() -> None:
    assert found_in(1_600, complete=True) == []
    assert found_in(1_600, "finished") == []
    assert list(find_work_at_risk(Inputs(state=RunState("running", "")))) == []
