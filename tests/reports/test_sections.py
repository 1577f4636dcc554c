"""What every report says alike, whatever its form."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from tests.logs import run_of, train
from trainmon.analysis import Analysis, analyse
from trainmon.reports.html import report_html
from trainmon.reports.markdown import report_markdown
from trainmon.reports.sections import findings, verdict
from trainmon.reports.text import report_text


@pytest.fixture
def broken(tmp_path: Path) -> Analysis:
    """A training whose loss is not finite any more after its fortieth row."""
    rows = [train(0, step, 3.0 - step / 20 if step < 40 else "nan", at=step) for step in range(60)]
    return analyse(run_of(tmp_path, rows), now=1_800_000_000.0)


def test_a_finding_comes_with_what_to_try_and_its_doubt(broken: Analysis) -> None:
    (severity, title, advice, caveat), *_ = findings(broken).rows
    assert severity == "error"
    assert "40" in title
    assert advice
    assert caveat


def test_the_verdict_names_the_headline(broken: Analysis) -> None:
    assert any(sentence.startswith("Something is wrong: ") for sentence in verdict(broken))


def test_every_form_of_the_report_has_the_findings(broken: Analysis) -> None:
    title = findings(broken).rows[0][1]
    assert f"error: {title}" in report_text(broken)
    assert title in report_markdown(broken).replace("\\", "")
    assert html.escape(title) in report_html(broken)
