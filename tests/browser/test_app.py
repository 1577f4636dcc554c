from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Serve, Visit
from tests.browser.pages import CHART, TITLES, at_rest, chart, click_first_row, expect_address, hover
from tests.builders import append, rows, write_run
from trainmon.runs.ids import run_id

pytestmark = pytest.mark.browser
NAME = 60  # pixels from the left: inside the name of a run


def test_new_rows_appear_without_a_reload(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    lines = rows(epochs=1, steps=200)
    run = write_run(tmp_path / "run", lines[:50])
    page = visit(serve(tmp_path))
    expect(page.get_by_text("all 50 rows drawn")).to_be_visible()
    page.evaluate("window.notReloaded = true")
    append(run, lines[50:60])
    expect(page.get_by_text("all 60 rows drawn")).to_be_visible()
    assert page.evaluate("window.notReloaded")


def test_an_empty_page_goes_on_by_itself(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    page = visit(serve(tmp_path / "checkpoints"))
    expect(page.get_by_text("does not exist").first).to_be_visible()
    (tmp_path / "checkpoints").mkdir()
    run = write_run(tmp_path / "checkpoints" / "run", [])
    expect(page.get_by_text("Waiting for the first row")).to_be_visible()
    append(run, rows(epochs=1, steps=30))
    chart(page)
    expect(page.get_by_text("all 31 rows drawn")).to_be_visible()


def test_a_deep_link_is_the_very_first_visit(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    good, poor = write_run(tmp_path / "good", floor=0.4), write_run(tmp_path / "poor", floor=0.9)
    page = visit(f"{serve(tmp_path)}/compare?run={run_id(good)}&run={run_id(poor)}&x=epoch")
    chart(page)
    expect(page.get_by_text("good beats poor")).to_be_visible()
    expect(page.locator(TITLES, has_text=re.compile("^epoch$")).first).to_be_visible()


def test_the_tooltip_shows_the_values_under_the_pointer(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    write_run(tmp_path / "run", start=1_700_000_000.0)
    page = visit(f"{serve(tmp_path)}/loss")
    chart(page)
    at_rest(page)
    values = re.compile(r"global step\s+1[345]\d\s+train\s+1\.\d{4}\s+train, smoothed\s+1\.\d{4}")
    expect(hover(page.locator(CHART))).to_have_text(values, use_inner_text=True)


def test_a_row_of_the_table_opens_its_run_and_back_returns(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    run = write_run(tmp_path / "a")
    write_run(tmp_path / "b", start=1_700_000_000.0)
    page = visit(serve(tmp_path))
    click_first_row(page, "a", NAME)
    expect(page.get_by_role("heading", name="a", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(rf"\?run={run_id(run)}$"))
    page.get_by_role("link", name="Loss curves").click()
    expect(page.get_by_role("heading", name="Epochs")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/loss\?run={run_id(run)}"))
    page.go_back()
    expect(page.get_by_role("heading", name="Loss", exact=True)).to_be_visible()


def test_the_controls_live_in_the_address(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    write_run(tmp_path / "run", start=1_700_000_000.0)
    page = visit(f"{serve(tmp_path)}/loss?x=relative")
    chart(page)
    expect(page.locator(TITLES, has_text="training time (s)").first).to_be_visible()
    page.get_by_text("symlog", exact=True).click()
    expect_address(page, x="relative", scale="symlog")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_fits_its_window(width: int, scheme: str, serve: Serve, visit: Visit, tmp_path: Path) -> None:
    """The pictures are kept where TRAINMON_SCREENSHOTS names a folder, to be looked at."""
    ids = [
        run_id(write_run(tmp_path / name, floor=floor, config={"num_epochs": 3, "seed": floor}))
        for name, floor in (("a", 0.4), ("b", 0.9))
    ]
    address = serve(tmp_path)
    kept = os.environ.get("TRAINMON_SCREENSHOTS")
    for path in ("/", "/loss", "/memory", "/report", "/compare"):
        query = f"?run={ids[0]}" + (f"&run={ids[1]}" if path == "/compare" else "")
        page = visit(f"{address}{path}{query}", width=width, scheme=scheme)
        chart(page)
        main = page.locator("[data-testid=stMain]")
        at_rest(page)
        assert main.evaluate("it => it.scrollWidth - it.clientWidth") <= 0
        if kept:
            height = main.evaluate("it => it.scrollHeight")
            page.set_viewport_size({"width": width, "height": max(height, 700)})
            at_rest(page)
            page.screenshot(path=Path(kept) / f"{path.strip('/') or 'live'}-{scheme}-{width}.png")
