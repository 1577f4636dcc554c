"""The zoom of the loss curves, which only a browser makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Serve, Visit
from tests.browser.pages import CHART, PAINTED, at_rest, axis_labels, chart, expect_seen, settled
from tests.builders import append, rows, write_run
from tests.waiting import wait_until

pytestmark = pytest.mark.browser


def zoom_in(page: Page, notches: int) -> None:
    at_rest(page)
    box = page.locator(CHART).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 200)
    page.keyboard.down("Control")
    for _ in range(notches):
        page.mouse.wheel(0, -300)
    page.keyboard.up("Control")


def view(page: Page) -> tuple[str, list[str]]:
    """Return the address and the words along the axes, in whatever order they were drawn."""
    return page.url, sorted(axis_labels(page))


def test_a_zoom_shows_all_rows_of_the_range_and_the_address_keeps_it(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    lines = rows(epochs=1, steps=20_000, validation=False)
    run = write_run(tmp_path / "run", lines[:-50])
    page = visit(f"{serve(tmp_path)}/loss?smooth=0&metrics=memory_mb")
    chart(page)
    expect(page.get_by_text("of 19\u2009951 rows drawn")).to_be_visible()
    page.evaluate(f"window.sameChart = document.querySelector('{CHART} svg.marks')")
    zoom_in(page, 20)
    expect(page).to_have_url(re.compile(r"range=[\d.]+~[\d.]+"))
    expect(page.get_by_text(re.compile(r"global step .* to .* all \d+ rows drawn"))).to_be_visible()
    assert page.evaluate(f"window.sameChart === document.querySelector('{CHART} svg.marks')")
    address, zoomed = settled(page, lambda: view(page))
    append(run, lines[-50:])
    page.wait_for_timeout(4_000)
    assert view(page) == (address, zoomed)
    page.reload()
    chart(page)
    expect(page.get_by_text(re.compile(r"global step .* to .* all \d+ rows drawn"))).to_be_visible()
    expect_seen(lambda: view(page), (address, zoomed))
    page.locator(CHART).dblclick(position={"x": 300, "y": 150})
    expect(page.get_by_text("of 20\u2009000 rows drawn")).to_be_visible()
    expect(page).not_to_have_url(re.compile("range="))
    zoom_in(page, 20)
    expect(page.get_by_text(re.compile(r"global step .* to .* all \d+ rows drawn"))).to_be_visible()
    page.get_by_role("button", name="Reset zoom").click()
    expect(page.get_by_text("of 20\u2009000 rows drawn")).to_be_visible()


def test_a_finger_on_a_chart_scrolls_the_page(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    page = visit(f"{serve(tmp_path)}/loss", width=390, height=800, touch=True)
    chart(page)
    before = settled(page, lambda: axis_labels(page))
    main = page.locator("[data-testid=stMain]")
    main.evaluate("it => it.scrollTo(0, 400)")
    at_rest(page)
    box = page.locator(CHART).bounding_box()
    assert box is not None
    assert box["y"] < 500
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 200, "y": 600}]})
    for step in range(1, 11):
        place = {"x": 200 - 3 * step, "y": 600 - 20 * step}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [place]})
        page.evaluate(PAINTED)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    wait_until(lambda: main.evaluate("it => it.scrollTop") > 500)
    assert settled(page, lambda: axis_labels(page)) == before


def test_the_change_of_an_epoch_is_sorted_as_a_number(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    """As words, −0.1 would come before −0.4, and both before 0.02."""
    losses = (2.0, 1.9, 1.5, 1.52)
    lines = [f"2023-11-14T22:13:20+00:00,{epoch},,epoch,{loss},,,,{epoch}" for epoch, loss in enumerate(losses)]
    write_run(tmp_path / "run", lines)
    page = visit(f"{serve(tmp_path)}/loss")
    table = page.locator("[data-testid=stDataFrame]")
    epoch = table.get_by_test_id("glide-cell-0-0")
    expect(epoch).to_have_text("0")
    table.scroll_into_view_if_needed()
    at_rest(page)
    box = table.bounding_box()
    assert box is not None
    for first in ("2", "3"):  # upwards, and then downwards
        table.click(position={"x": box["width"] / 2, "y": 17})  # the header of the middle column
        expect(epoch).to_have_text(first)
