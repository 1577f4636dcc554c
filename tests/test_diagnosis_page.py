"""docs/DIAGNOSIS.md is what the checks say of themselves now, and the README's table knows all of them."""

from __future__ import annotations

import re
import tomllib

import pytest

from docs.examples import EXAMPLES, analysed
from docs.make_diagnosis import PAGE, PICTURES, page
from tests.repository import REPOSITORY
from trainmon.diagnosis.check import Check
from trainmon.diagnosis.checks import BY_KIND, CHECKS, KINDS
from trainmon.diagnosis.finding import SEVERITIES
from trainmon.diagnosis.settings import limits_from

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
TABLE = README.split("## What is diagnosed")[1].split("How good it is")[0]
ROWS = re.findall(r"^\| (`.+`) \| .* \| (.+) \|$", TABLE, re.MULTILINE)


def test_the_page_is_what_its_program_makes_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m docs.make_diagnosis`"


def test_every_finding_has_its_part_of_the_page() -> None:
    assert re.findall(r'<a id="(\w+)">', PAGE.read_text(encoding="utf-8")) == list(KINDS)


@pytest.mark.parametrize("check", CHECKS, ids=KINDS)
def test_the_example_of_a_finding_has_it_and_its_picture_is_there(check: Check) -> None:
    _, finding = analysed(check.kind)
    assert finding.severity in check.severities
    picture = PICTURES / f"{check.kind}.png"
    assert picture.read_bytes().startswith(b"\x89PNG"), "run `python -m docs.make_diagnosis`"
    assert picture.stat().st_size < 40_000


def test_there_are_no_examples_and_pictures_of_findings_that_are_gone() -> None:
    assert set(EXAMPLES) == set(KINDS)
    assert {picture.stem for picture in PICTURES.iterdir()} == set(KINDS)


def test_every_setting_that_the_page_shows_is_known() -> None:
    shown = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(shown) == len(KINDS) + 1
    assert [limits_from(tomllib.loads(each)["diagnosis"])[1] for each in shown] == [()] * len(shown)


def test_the_readme_lists_every_kind_of_finding_once() -> None:
    assert sorted(kind for kinds, _ in ROWS for kind in re.findall(r"`(\w+)`", kinds)) == sorted(KINDS)


def test_the_readme_names_the_severities_that_the_findings_can_have() -> None:
    for kinds, said in ROWS:
        declared = {severity for kind in re.findall(r"`(\w+)`", kinds) for severity in BY_KIND[kind].severities}
        assert set(re.findall("|".join(SEVERITIES), said)) == declared
