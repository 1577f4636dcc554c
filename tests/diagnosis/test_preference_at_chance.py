"""Preferences that are a guess."""

from __future__ import annotations

from dataclasses import replace

from tests.diagnosis.curves import noise, of
from tests.diagnosis.tuned import ROWS, T, step_at, tuned
from trainmon.diagnosis.preference_at_chance import find_preference_at_chance

GUESS = 0.5 + 0.03 * noise(ROWS)


def test_an_accuracy_that_never_leaves_chance_is_a_warning_after_a_while() -> None:
    half = replace(tuned(accuracies=GUESS), fraction=0.5)
    (found,) = find_preference_at_chance(half)
    assert (found.severity, found.case) == ("warning", "never")
    (early,) = find_preference_at_chance(replace(half.before(80), fraction=0.5))
    assert early.severity == "notice"
    assert list(find_preference_at_chance(replace(half.before(40), fraction=0.5))) == []


def test_it_is_given_longer_in_the_first_third_of_a_plan_and_without_one() -> None:
    for done in (None, 0.1):
        (found,) = find_preference_at_chance(replace(tuned(accuracies=GUESS), fraction=done))
        assert found.severity == "notice"


def test_an_accuracy_that_comes_back_to_chance_was_lost() -> None:
    (found,) = find_preference_at_chance(tuned(accuracies=step_at(0.7, 0.85, 0.5) + 0.03 * noise(ROWS)))
    assert (found.severity, found.case) == ("warning", "lost")
    assert abs(found.rows[0] - 140) <= 5


def test_a_margin_that_rises_or_a_learning_rate_that_warms_up_gives_it_time() -> None:
    assert list(find_preference_at_chance(tuned(accuracies=GUESS, margins=0.1 * T + 0.01 * noise(ROWS, 3)))) == []
    assert list(find_preference_at_chance(tuned(of(1e-6 * T, "lr"), accuracies=GUESS))) == []


def test_hard_pairs_are_no_fault() -> None:
    assert list(find_preference_at_chance(tuned(accuracies=0.62 + 0.03 * noise(ROWS)))) == []
