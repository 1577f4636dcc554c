"""A run that broke off when its memory was gone."""

from __future__ import annotations

import numpy as np
import pytest

from tests.diagnosis.curves import of
from trainmon.diagnosis.inputs import Inputs, RunState
from trainmon.diagnosis.memory_crash import find_memory_crash

GONE = [8_000.0] * 60 + [300.0]


def ended(memory: list[float], word: str, *, complete: bool = False) -> Inputs:
    return Inputs(memory=of(memory, "memory_mb"), state=RunState(word, "", complete))


@pytest.mark.parametrize(("word", "severity"), [("failed", "error"), ("interrupted", "error"), ("ended", "warning")])
def test_an_end_without_memory_is_worse_where_it_is_known_to_be_one(word: str, severity: str) -> None:
    (found,) = find_memory_crash(ended(GONE, word))
    assert (found.severity, found.case, found.value("last"), found.value("usual")) == (severity, word, 300, 8_000)


def test_a_run_that_goes_on_or_did_what_it_meant_to_has_not_broken_off() -> None:
    assert list(find_memory_crash(ended(GONE, "running"))) == []
    assert list(find_memory_crash(ended(GONE, "ended", complete=True))) == []
    assert list(find_memory_crash(Inputs(memory=of(GONE, "memory_mb")))) == []


def test_memory_that_was_always_low_or_is_still_there_was_not_what_ended_it() -> None:
    assert list(find_memory_crash(ended(list(np.full(60, 400.0)), "failed"))) == []
    assert list(find_memory_crash(ended([8_000.0] * 60 + [2_000.0], "failed"))) == []
