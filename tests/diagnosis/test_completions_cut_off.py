"""Answers that are cut off at the limit."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.tuned import ROWS, T, step_at, tuned
from trainmon.diagnosis.completions_cut_off import find_completions_cut_off


def test_answers_that_grow_to_the_limit_are_a_warning_with_their_length() -> None:
    (found,) = find_completions_cut_off(tuned(cut_off=step_at(0.5, 0.1, 1.0), length=step_at(0.5, 200, 512)))
    assert (found.severity, found.rows, found.case) == ("warning", (100,), "")
    assert (found.value("now"), found.value("length")) == (100, 512)


def test_many_of_them_are_a_notice_where_they_were_few() -> None:
    (found,) = find_completions_cut_off(tuned(cut_off=step_at(0.5, 0.1, 0.75)))
    assert found.severity == "notice"
    assert list(find_completions_cut_off(tuned(cut_off=np.full(ROWS, 0.75)))) == []


def test_a_model_that_learns_to_end_its_answers_is_given_time() -> None:
    assert list(find_completions_cut_off(tuned(cut_off=np.exp(-4 * T)))) == []
    (found,) = find_completions_cut_off(tuned(cut_off=1 - 0.08 * T))
    assert (found.severity, found.case) == ("notice", "from start")
    (never,) = find_completions_cut_off(tuned(cut_off=np.ones(ROWS)))
    assert (never.severity, never.case) == ("warning", "from start")
