"""What tests see of a page in a browser, and how they wait until it has come to rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.waiting import wait_until

CHART = "[data-testid=stVegaLiteChart]"
LABELS = f"{CHART} g.role-axis-label text"
TITLES = f"{CHART} g.role-axis-title text"
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
Seen = TypeVar("Seen")


def chart(page: Page) -> None:
    """Wait until a chart is drawn."""
    expect(page.locator(f"{CHART} svg.marks, {CHART} canvas").first).to_be_visible()


def axis_labels(page: Page) -> list[str]:
    """Return the words along the axes."""
    return page.locator(LABELS).all_text_contents()


def at_rest(page: Page) -> None:
    """Wait until the server has answered all that the page asked, and the answer is painted."""
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    page.evaluate(PAINTED)


def settled(page: Page, look: Callable[[], Seen]) -> Seen:
    """Return what `look` sees as soon as it sees the same twice, half a second and an answer of the server apart."""
    seen: list[Seen] = [look()]

    def same() -> bool:
        page.wait_for_timeout(500)
        at_rest(page)
        seen.append(look())
        return seen[-1] == seen[-2]

    wait_until(same, lambda: f"it never came to rest: {seen[-3:]}")
    return seen[-1]


def expect_seen(look: Callable[[], Seen], wanted: Seen) -> None:
    """Wait until `look` sees what is wanted."""
    wait_until(lambda: look() == wanted, lambda: f"wanted {wanted!r}, saw {look()!r}")


def expect_address(page: Page, **asked: str) -> None:
    """Wait until the address asks for this, among other things and in whatever order."""

    def missing() -> set[str]:
        at_rest(page)
        query = parse_qs(urlsplit(page.url).query)
        return {name for name, word in asked.items() if query.get(name) != [word]}

    wait_until(lambda: not missing(), lambda: f"{page.url} never asked for {asked}")


def hover(chart: Locator) -> Locator:
    """Move the pointer over the middle of a chart until it shows its tooltip, and return that."""
    page = chart.page
    tooltip = page.locator("#vg-tooltip-element")

    def shown() -> bool:
        box = chart.bounding_box()
        if box is not None:
            for beside in (0, 5):
                page.mouse.move(box["x"] + box["width"] / 2 + beside, box["y"] + box["height"] / 2)
            page.evaluate(PAINTED)
        return tooltip.is_visible()

    wait_until(shown, lambda: "the chart never showed a tooltip")
    return tooltip


def click_first_row(page: Page, run: str, x: int) -> None:
    """Click into the first row of the table, `x` pixels from its left, once that row is about this run.

    The table is a canvas; its words stand beside it for screen readers.
    """
    table = page.locator("[data-testid=stDataFrame]")
    expect(table.locator("#glide-cell-1-0")).to_have_text(run)
    at_rest(page)
    table.click(position={"x": x, "y": 52})
