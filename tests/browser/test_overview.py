"""The table of all runs, where only a browser can click: it is drawn on a canvas."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Serve, Visit
from tests.browser.pages import click_first_row
from tests.builders import rows, write_run
from trainmon.runs.library import run_id

pytestmark = pytest.mark.browser
TICKS = 17  # pixels from the left


def test_ticks_outlive_a_filter_and_open_the_comparison(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    names = ("apple", "banana", "cherry")  # words that no folder above them has: the filter looks at whole paths
    a, b, _ = (write_run(tmp_path / name, rows(start=1.7e9 - age)) for age, name in enumerate(names))
    page = visit(serve(tmp_path))
    click_first_row(page, "apple", TICKS)
    expect(page.get_by_text("apple; tick one more to compare")).to_be_visible()
    page.get_by_placeholder("Name, tag").fill("banana")
    expect(page).to_have_url(re.compile(r"/\?q=banana$"))
    expect(page.get_by_text("1 of 3 runs")).to_be_visible()
    click_first_row(page, "banana", TICKS)
    page.get_by_role("button", name="Compare 2 runs").click()
    expect(page.get_by_role("heading", name="Run comparison")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/compare\?run={run_id(a)}&run={run_id(b)}$"))
