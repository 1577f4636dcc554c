"""From a pinned link to the present and back."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Serve, Visit
from tests.builders import write_run
from trainmon import wording
from trainmon.runs.ids import run_id

pytestmark = pytest.mark.browser
PATIENCE = 30_000.0  # milliseconds


def test_the_banner_leads_to_the_present_with_all_controls_and_back_leads_to_the_past(
    serve: Serve, visit: Visit, tmp_path: Path
) -> None:
    run = run_id(write_run(tmp_path / "run", start=1_700_000_000.0))
    page = visit(f"{serve(tmp_path)}/loss?run={run}&until=100&x=epoch&scale=log&live=off")
    expect(page.get_by_text("all 100 rows drawn")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(wording.THE_PAST)).to_be_visible()
    expect(page.get_by_text("as of step 99")).to_be_visible()
    page.get_by_role("link", name=wording.TO_THE_PRESENT).click()
    expect(page.get_by_text("all 303 rows drawn")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(wording.THE_PAST)).to_have_count(0)
    assert parse_qs(urlsplit(page.url).query) == {"run": [run], "x": ["epoch"], "scale": ["log"]}
    page.go_back()
    page.wait_for_url(re.compile("until=100"))
    expect(page.get_by_text("all 100 rows drawn")).to_be_visible(timeout=PATIENCE)
