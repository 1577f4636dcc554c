"""The table of all runs, where only a browser can click: it is drawn on a canvas."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Serve, Visit
from tests.builders import rows, write_run
from trainmon.runs.ids import run_id

pytestmark = pytest.mark.browser
PATIENCE = 20_000
TICKS, FIRST, ROW = 17, 52, 35  # pixels: the column of ticks, the middle of the first row, and the height of a row


def test_ticks_outlive_a_filter_and_open_the_comparison(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    a, b, _ = (write_run(tmp_path / name, rows(start=1.7e9 - age)) for age, name in enumerate("abc"))
    page = visit(serve(tmp_path))
    table = page.locator("[data-testid=stDataFrame]")
    expect(table).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(1_000)
    table.click(position={"x": TICKS, "y": FIRST})
    expect(page.get_by_text("a; tick one more to compare")).to_be_visible(timeout=PATIENCE)
    page.get_by_placeholder("Name, tag").fill("/b")
    page.wait_for_url("**/?q=*", timeout=PATIENCE)
    expect(page.get_by_text("1 of 3 runs")).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(1_000)
    table.click(position={"x": TICKS, "y": FIRST})
    page.get_by_role("button", name="Compare 2 runs").click()
    expect(page.get_by_role("heading", name="Run comparison")).to_be_visible(timeout=PATIENCE)
    assert page.url.endswith(f"/compare?run={run_id(a)}&run={run_id(b)}")
