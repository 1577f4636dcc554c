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
    expect(page.locator(".chart:has(.mark-line path)")).not_to_have_count(0)
    expect(page.locator(".chart:not(:has(.mark-line path))")).to_have_count(0)


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


# Words of a table that begin on one line and end on another, and words on a chart that reach beyond it.
BROKEN = """() => [...document.querySelectorAll('th, td')].flatMap(cell => {
    const found = [], walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node; (node = walk.nextNode());)
        for (const word of node.data.matchAll(/\\\\S+/g)) {
            const range = document.createRange();
            range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) found.push(word[0]);
        }
    return found;
})""".replace("\\\\", "\\")
CUT = """() => [...document.querySelectorAll('.chart svg text')].filter(text => {
    const box = text.getBoundingClientRect(), chart = text.ownerSVGElement.getBoundingClientRect();
    return text.textContent && box.width && (box.right > chart.right + 1 || box.left < chart.left - 1);
}).map(text => text.textContent)"""


@pytest.mark.parametrize(("width", "medium"), [(390, "screen"), (1440, "screen"), (680, "print")])
def test_no_word_is_broken_or_cut(width: int, medium: str, tmp_path: Path, window: Window) -> None:
    first, second = rows(start=1_700_000_000.0)[:150], rows(start=1_700_100_000.0, first_epoch=1)
    config = {"gradient_accumulation_steps": 8, "restore_callback_states_from_checkpoint": True, "model": "x" * 100}
    run, file = write_run(tmp_path / "run", [*first, *second], config=config), tmp_path / "report.html"
    assert main(["report", str(run), "--html", str(file)]) == 0
    page = window(viewport={"width": width, "height": 900})
    page.goto(file.as_uri())
    drawn(page)
    page.emulate_media(media=medium)  # type: ignore[arg-type]
    assert [word for word in page.evaluate(BROKEN) if set(word) != {"x"}] == []
    assert page.evaluate(CUT) == []
    assert page.get_by_text("1 GB").first.text_content() == "1 GB: should never fall below this"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_resume_is_marked_on_paper(tmp_path: Path, window: Window) -> None:
    first, second = rows(start=1_700_000_000.0)[:150], rows(start=1_700_100_000.0, first_epoch=1)
    file = tmp_path / "report.html"
    assert main(["report", str(write_run(tmp_path / "run", [*first, *second])), "--html", str(file)]) == 0
    page = window()
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    mark = page.locator("#chart-loss .mark-symbol path[aria-label*='attempt 2 resumes here']")
    mark.wait_for()
    assert "dashed: resumed" in page.locator("figure", has=page.locator("#chart-loss")).locator("figcaption").inner_text()
