from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Serve, Visit
from tests.builders import append, rows, write_run
from trainmon.runs.ids import run_id

pytestmark = pytest.mark.browser
PATIENCE = 20_000  # milliseconds: a slow machine that builds its first page


def chart(page: Page) -> None:
    expect(page.locator("[data-testid=stVegaLiteChart] svg.marks, [data-testid=stVegaLiteChart] canvas").first).to_be_visible(
        timeout=PATIENCE
    )


def axis_labels(page: Page) -> list[str]:
    return page.locator("[data-testid=stVegaLiteChart] g.role-axis-label text").all_text_contents()


def test_new_rows_appear_without_a_reload(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    lines = rows(epochs=1, steps=200)
    run = write_run(tmp_path / "run", lines[:50])
    page = visit(serve(tmp_path))
    expect(page.get_by_text("all 50 rows drawn")).to_be_visible(timeout=PATIENCE)
    page.evaluate("window.notReloaded = true")
    append(run, lines[50:60])
    expect(page.get_by_text("all 60 rows drawn")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("window.notReloaded")


def test_an_empty_page_goes_on_by_itself(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    page = visit(serve(tmp_path / "checkpoints"))
    expect(page.get_by_text("does not exist").first).to_be_visible(timeout=PATIENCE)
    (tmp_path / "checkpoints").mkdir()
    run = write_run(tmp_path / "checkpoints" / "run", [])
    expect(page.get_by_text("Waiting for the first row")).to_be_visible(timeout=PATIENCE)
    append(run, rows(epochs=1, steps=30))
    chart(page)
    expect(page.get_by_text("all 31 rows drawn")).to_be_visible(timeout=PATIENCE)


def test_a_deep_link_is_the_very_first_visit(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    good, poor = write_run(tmp_path / "good", floor=0.4), write_run(tmp_path / "poor", floor=0.9)
    page = visit(f"{serve(tmp_path)}/compare?run={run_id(good)}&run={run_id(poor)}&x=epoch")
    chart(page)
    expect(page.get_by_text("good beats poor")).to_be_visible(timeout=PATIENCE)
    assert "epoch" in page.locator("g.role-axis-title text").all_text_contents()


def test_the_tooltip_shows_the_values_under_the_pointer(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    write_run(tmp_path / "run", start=1_700_000_000.0)
    page = visit(f"{serve(tmp_path)}/loss")
    chart(page)
    box = page.locator("[data-testid=stVegaLiteChart]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] / 2 + 5, box["y"] + box["height"] / 2)
    tooltip = page.locator("#vg-tooltip-element")
    expect(tooltip).to_be_visible()
    assert re.search(r"global step\s+1[345]\d\s+train\s+1\.\d{4}\s+train, smoothed\s+1\.\d{4}", tooltip.inner_text())


def test_a_row_of_the_table_opens_its_run_and_back_returns(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    run = write_run(tmp_path / "a")
    write_run(tmp_path / "b", start=1_700_000_000.0)
    page = visit(serve(tmp_path))
    table = page.locator("[data-testid=stDataFrame]")
    expect(table.get_by_test_id("glide-cell-1-0")).to_have_text("a", timeout=PATIENCE)
    table.click(position={"x": 50, "y": 52})
    expect(page.get_by_role("heading", name="a", exact=True)).to_be_visible(timeout=PATIENCE)
    assert page.url.endswith(f"?run={run_id(run)}")
    page.get_by_role("link", name="Loss curves").click()
    expect(page.get_by_role("heading", name="Epochs")).to_be_visible(timeout=PATIENCE)
    assert f"/loss?run={run_id(run)}" in page.url
    page.go_back()
    expect(page.get_by_role("heading", name="Loss", exact=True)).to_be_visible(timeout=PATIENCE)


def test_the_controls_live_in_the_address(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    write_run(tmp_path / "run", start=1_700_000_000.0)
    page = visit(f"{serve(tmp_path)}/loss?x=relative")
    chart(page)
    assert "training time (s)" in page.locator("g.role-axis-title text").all_text_contents()
    page.get_by_text("symlog", exact=True).click()
    page.wait_for_url(re.compile(r"scale=symlog"))
    assert "x=relative" in page.url


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
        assert main.evaluate("it => it.scrollWidth - it.clientWidth") <= 0
        if kept:
            height = main.evaluate("it => it.scrollHeight")
            page.set_viewport_size({"width": width, "height": max(height, 700)})
            time.sleep(1)
            page.screenshot(path=Path(kept) / f"{path.strip('/') or 'live'}-{scheme}-{width}.png")
