"""The list of all checks, and what each of them declares."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import pytest

import trainmon.diagnosis
from trainmon.diagnosis.check import Check
from trainmon.diagnosis.checks import BY_KIND, CHECKS, KINDS
from trainmon.diagnosis.finding import SEVERITIES

every_check = pytest.mark.parametrize("check", CHECKS, ids=KINDS)


def test_every_module_that_declares_a_check_is_in_the_list() -> None:
    files = Path(trainmon.diagnosis.__file__).parent.glob("*.py")
    declaring = {file.stem for file in files if "\nCHECK = " in file.read_text(encoding="utf-8")}
    assert declaring == set(KINDS)
    assert len(BY_KIND) == len(CHECKS)


@every_check
def test_a_check_is_declared_in_the_module_of_its_name(check: Check) -> None:
    assert check.find.__module__ == f"trainmon.diagnosis.{check.kind}"
    if check.limits is not None:
        assert check.limits.__module__ == check.find.__module__


@every_check
def test_a_check_names_only_kinds_and_severities_that_there_are(check: Check) -> None:
    assert {*check.follows, *check.excluded_by} <= set(KINDS) - {check.kind}
    assert set(check.follows).isdisjoint(check.excluded_by)
    assert list(check.severities) == sorted(check.severities, key=SEVERITIES.index)
    assert check.severities


@every_check
def test_a_check_says_what_it_looks_for_and_when_it_is_wrong(check: Check) -> None:
    text = inspect.getdoc(sys.modules[check.find.__module__]) or ""
    assert len(text.split("\n\n")) >= 3
    assert text.split("\n\n")[-1].startswith("When it is wrong: ")
