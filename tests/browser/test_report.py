"""The HTML report in a real browser, opened as a file: all charts, nothing fetched, and clean pages on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.builders import rows, write_run
from trainmon.commands.main import main

pytestmark = pytest.mark.browser


@pytest.fixture
def report(tmp_path: Path) -> Path:
    varying = [line.replace(",1e-05,", f",{1e-5 * at},") for at, line in enumerate(rows(start=1_700_000_000.0), 1)]
    file = tmp_path / "elsewhere" / "report.html"
    assert main(["report", str(write_run(tmp_path / "run", varying)), "--html", str(file)]) == 0
    return file


def drawn(page: Page) -> None:
    """Wait until the lines of all charts are there."""
    expect(page.locator(".chart:has(.mark-line path)")).to_have_count(4)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_charts_are_drawn_with_no_request(scheme: str, report: Path, window: Window) -> None:
    page = window(color_scheme=scheme, offline=True)
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(report.as_uri())
    drawn(page)
    assert page.locator(".chart").count() == 4
    assert (requests, complaints) == ([report.as_uri()], [])
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_it_prints_on_two_or_three_pages(report: Path, window: Window) -> None:
    page = window(color_scheme="dark")
    page.goto(report.as_uri())
    drawn(page)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) in (2, 3)
