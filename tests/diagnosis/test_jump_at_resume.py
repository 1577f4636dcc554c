"""A resumed attempt whose loss begins clearly above where the one before it ended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.diagnosis.curves import falling, inputs, of
from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.jump_at_resume import find_jump_at_resume
from trainmon.stats.arrays import Floats
from trainmon.wording import finding_words

RESUME = 300


def found_in(losses: Floats, resumes: tuple[int, ...] = (RESUME,)) -> list[Finding]:
    """Return what is found in a loss with resumes at some rows."""
    return list(find_jump_at_resume(replace(inputs(losses), resumes=resumes)))


def raised(by: float, back: float = np.inf, count: int = 400) -> Floats:
    """Return a loss that is higher after the resume, and comes back over so many rows."""
    after = np.maximum(np.arange(count) - RESUME, 0)
    return falling(count) * (1 + by * (np.arange(count) >= RESUME) * np.exp(-after / back))


def test_a_loss_that_stays_higher_after_a_resume_is_a_warning_at_its_first_row() -> None:
    (found,) = found_in(raised(0.4))
    assert (found.severity, found.case, found.rows) == ("warning", "", (RESUME,))
    assert found.value("rise") == pytest.approx(40, abs=5)


def test_a_loss_that_came_back_is_a_notice() -> None:
    (found,) = found_in(raised(0.6, back=15))
    assert (found.severity, found.case) == ("notice", "back")


def test_a_bump_of_a_few_rows_is_usual_after_a_resume() -> None:
    assert found_in(raised(0.6, back=1)) == []


def test_a_loss_that_begins_anew_was_not_loaded() -> None:
    (found,) = found_in(np.concatenate([falling(400)[:RESUME], falling(600)[:80]]))
    assert (found.severity, found.case) == ("error", "anew")
    assert finding_words(found).advice[0].startswith("check that the weights")


def test_the_same_rise_without_a_resume_and_a_resume_without_a_rise_say_nothing() -> None:
    assert found_in(raised(0.4), ()) == []
    assert found_in(falling(400)) == []


def test_a_resume_that_has_just_begun_waits() -> None:
    assert found_in(raised(0.4)[: RESUME + 5]) == []
    assert len(found_in(raised(0.4)[: RESUME + 11])) == 1


def test_a_low_jump_is_a_notice_until_there_are_rows_enough() -> None:
    assert [each.severity for each in found_in(raised(0.16)[: RESUME + 12])] == ["notice"]
    assert [each.severity for each in found_in(raised(0.16)[: RESUME + 40])] == ["warning"]


def test_a_learning_rate_that_was_set_back_is_named() -> None:
    rate = np.where(np.arange(400) < RESUME, 1e-5, 1e-4)
    (found,) = find_jump_at_resume(replace(inputs(raised(0.4), learning_rate=of(rate, "lr")), resumes=(RESUME,)))
    assert finding_words(found).advice[0] == "the learning rate went from 1e-05 to 0.0001: load the state of the schedule"


def test_of_several_resumes_each_is_judged_by_itself() -> None:
    assert [each.rows for each in found_in(raised(0.4), (160, RESUME, 360))] == [(RESUME,)]
