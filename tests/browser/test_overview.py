"""The table of all runs, where only a browser can click: it is drawn on a canvas."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Serve, Visit
from tests.browser.pages import click_first_row
from tests.builders import rows, write_run
from trainmon.runs.ids import run_id

pytestmark = pytest.mark.browser
TICKS, BUTTON, NAME = 17, 42, 60  # pixels from the left: the column of ticks, where the name of a run begins to be one, inside it
HEADER, FIRST = 17, 52  # pixels from the top: the middle of the header and of the first row
# Down and up in one moment: between those of Playwright's mouse a busy machine leaves time.
PRESS = """([x, y]) => {
    const how = { bubbles: true, cancelable: true, clientX: x, clientY: y, pointerId: 1, view: window };
    const target = document.elementFromPoint(x, y);
    target.dispatchEvent(new PointerEvent("pointerdown", how));
    target.dispatchEvent(new MouseEvent("mousedown", how));
    target.dispatchEvent(new PointerEvent("pointerup", how));
    target.dispatchEvent(new MouseEvent("mouseup", how));
    target.dispatchEvent(new MouseEvent("click", how));
}"""


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


@pytest.mark.parametrize(("width", "touch"), [(390, True), (1440, True), (1440, False)])
def test_a_tap_on_a_header_sorts_and_opens_nothing(width: int, touch: bool, serve: Serve, visit: Visit, tmp_path: Path) -> None:
    """The shortest press that there is: it leaves a table no time to see that its header was meant."""
    ids = {name: run_id(write_run(tmp_path / name, rows(start=1.7e9 - age))) for age, name in enumerate(["last", "first"])}
    page = visit(serve(tmp_path), width=width, touch=touch)
    table = page.locator("[data-testid=stDataFrame]")
    expect(table).to_be_visible()
    name = table.get_by_test_id("glide-cell-1-0")  # what the canvas shows, for those who hear it
    expect(name).to_have_text("last")

    def press(x: int, y: int) -> None:
        box = table.bounding_box()
        assert box is not None
        at = box["x"] + x, box["y"] + y
        page.touchscreen.tap(*at) if touch else page.evaluate(PRESS, at)

    press(NAME, HEADER)
    expect(name).to_have_text("first")
    press(TICKS, FIRST)
    expect(page.get_by_text("first; tick one more to compare")).to_be_visible()
    expect(page).not_to_have_url(re.compile("run="))
    press(NAME, FIRST)
    expect(page.get_by_role("heading", name="first", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(rf"\?run={ids['first']}$"))


def test_a_name_of_one_letter_is_wide_enough_for_a_finger(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    ids = [run_id(write_run(tmp_path / name, rows(start=1.7e9 - age))) for age, name in enumerate(["i", "other"])]
    page = visit(serve(tmp_path), width=390, touch=True)
    click_first_row(page, "i", BUTTON + 43)
    expect(page).to_have_url(re.compile(rf"\?run={ids[0]}$"))
