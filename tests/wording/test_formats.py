"""Figures as people read them: one space between thousands, one minus."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import trainmon
from tests.repository import REPOSITORY
from trainmon import wording

COMMAS = re.compile(r":[-+]?[0-9]*,[.0-9]*[a-z]?\}")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (wording.count(1_200), "1\u2009200"),
        (wording.count(-1_200), "\u22121\u2009200"),
        (wording.memory(8_500), "8\u2009500 MB"),
        (wording.loss(-0.25), "\u22120.2500"),
        (wording.loss(12_345.678), "12\u2009345.6780"),
        (wording.loss(-1e-5), "\u22121e-05"),
        (wording.change(-0.8383), "\u22120.8383"),
        (wording.change(0.25), "+0.2500"),
        (wording.number(-1_234), "\u22121\u2009234"),
        (wording.percent(-3.14), "\u22123.1 %"),
        (wording.throughput(1_234.5), "1\u2009234.5 samples/s"),
        (wording.cell(-0.0025), "\u22120.0025"),
        (wording.cell(10_053.64), "10\u2009053.6"),
        (wording.setting(-1), "\u22121"),
        (wording.setting("a-1,5"), "a-1,5"),
        (wording.signed_rate(-1_234), "\u22121\u2009234 MB"),
        (wording.loss_change(-1_500.0, 50), "\u22121\u2009500.0000 over the last 50 rows"),
        (wording.loss_change(0.0, 50), "±0.0000 over the last 50 rows"),
        (wording.chart_caption(drawn=1_000, rows=12_000), "1\u2009000 of 12\u2009000 rows drawn, extremes kept"),
    ],
)
def test_a_figure_has_thin_thousands_and_a_real_minus(said: str, expected: str) -> None:
    assert said == expected


def test_no_other_place_puts_commas_between_thousands() -> None:
    files = [*Path(trainmon.__file__).parent.rglob("*.py"), *(REPOSITORY / "pages").rglob("*.py")]
    found = [
        file.name for file in files for line in file.read_text().splitlines() if COMMAS.search(line) and "figure(" not in line
    ]
    assert found == []
