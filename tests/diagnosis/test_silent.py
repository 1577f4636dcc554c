"""A run that gives no sign of life."""

from __future__ import annotations

from trainmon.diagnosis.inputs import Inputs, RunState
from trainmon.diagnosis.silent import find_silent


def test_a_silence_begins_at_the_last_row_and_says_what_it_rests_on() -> None:
    (found,) = find_silent(Inputs(stop_row=60, state=RunState("silent", "last row 9 min ago")))
    assert (found.severity, found.rows, found.case) == ("warning", (59,), "last row 9 min ago")


def test_a_run_without_rows_or_in_another_state_is_not_silent() -> None:
    assert list(find_silent(Inputs(state=RunState("silent", "")))) == []
    assert list(find_silent(Inputs(stop_row=60, state=RunState("running", "")))) == []
    assert list(find_silent(Inputs(stop_row=60))) == []
