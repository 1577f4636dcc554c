"""Links from one browser to another, over the network and behind a token; Back, Forward and reload in between."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Launch, Serve, Visit
from tests.browser.pages import TITLES, at_rest, chart, expect_address, expect_seen, settled
from tests.builders import append, rows, write_run
from tests.hostile import EXPRESSION, HTML, WORDS, write_hostile
from tests.waiting import wait_until
from trainmon import wording
from trainmon.commands import sharing
from trainmon.runs.ids import run_id

pytestmark = pytest.mark.browser
Shared = tuple[str, str]  # the address, the whole link


@pytest.fixture
def shared(launch: Launch, tmp_path: Path) -> Shared:
    """Return what `app --share` prints, as it serves the test's folder."""
    if sharing.network_address() is None:
        pytest.skip("this machine has no address but its own: nobody else could open a link")
    _, log = launch(lambda port: ["trainmon", "app", "--share", "--port", str(port), str(tmp_path)])
    wait_until(lambda: "/?token=" in log.read_text())
    (link,) = re.findall(r"http://\S+", log.read_text())
    return link.partition("/?")[0], link


def restarted(directory: Path) -> Path:
    first, second = rows(start=1_700_000_000.0)[:150], rows(start=1_700_100_000.0)
    return write_run(directory, [*first, *second])


def expect_axis(page: Page, title: str) -> None:
    expect(page.locator(TITLES).first).to_have_text(title)


def chosen(page: Page) -> list[str]:
    """Return how the controls stand, the chart's caption included."""
    buttons = page.locator("[data-testid=stMain] [role=radio][aria-checked=true], [data-testid=stMain] [aria-pressed=true]")
    sliders = page.locator("[data-testid=stMain] [role=slider]").evaluate_all(
        "all => all.map(it => it.getAttribute('aria-valuenow'))"
    )
    captions = page.locator("[data-testid=stCaptionContainer]").all_text_contents()
    return [*buttons.all_text_contents(), *sliders, *(text for text in captions if "rows drawn" in text)]


def view(page: Page) -> tuple[str, dict[str, list[str]], list[str]]:
    """Return the page, what its address asks for, in whatever order, and how the controls stand."""
    address = urlsplit(page.url)
    return address.path, parse_qs(address.query), chosen(page)


def links(page: Page) -> list[str]:
    page.get_by_role("button", name="Share").click()
    codes = page.locator("[data-testid=stPopoverBody] [data-testid=stCode] code", has_text=re.compile("^http"))
    expect(codes).to_have_count(2)
    return codes.all_text_contents()


def test_another_browser_on_the_network_sees_the_same(shared: Shared, visit: Visit, tmp_path: Path) -> None:
    address, link = shared
    lines = rows(epochs=1, steps=100)
    run = write_run(tmp_path / "run", lines[:60])
    page = visit(link)
    chart(page)
    assert "token" not in page.url
    page.get_by_role("link", name="Loss curves").click()
    page.get_by_text("symlog", exact=True).click()
    page.get_by_text("epoch", exact=True).click()
    expect_address(page, scale="symlog", x="epoch")
    expect_axis(page, "epoch")
    now, following = links(page)
    assert now.startswith(f"{address}/loss?")
    asked = parse_qs(urlsplit(now).query)
    assert (asked["run"], asked["until"], asked["scale"], asked["x"]) == ([run_id(run)], ["60"], ["symlog"], ["epoch"])
    append(run, lines[60:])
    pinned, live = visit(now), visit(following)
    for other, drawn in ((pinned, 60), (live, 101)):
        expect(other.get_by_text(f"all {drawn} rows drawn")).to_be_visible()
        expect_axis(other, "epoch")
        assert "token" not in other.url
    expect(pinned.get_by_text("the first 60 rows only")).to_be_visible()
    expect(page.get_by_text("all 101 rows drawn")).to_be_visible()
    expect_seen(lambda: chosen(live), settled(page, lambda: chosen(page)))
    pinned.reload()
    expect(pinned.get_by_text("all 60 rows drawn")).to_be_visible()
    expect_axis(pinned, "epoch")


def test_without_the_token_there_is_one_sentence_and_nothing_else(shared: Shared, browser: Browser, tmp_path: Path) -> None:
    address, _ = shared
    run = write_run(tmp_path / "a name that gives away much", start=1_700_000_000.0)
    stranger = browser.new_context().new_page()
    for path in ("/", f"/loss?run={run_id(run)}", "/compare?token=wrong", "/_stcore/host-config", "/static/index.html"):
        answer = stranger.goto(address + path)
        assert answer is not None
        assert answer.status == 403
        assert stranger.inner_text("body") == wording.NEEDS_TOKEN
    tried = """address => new Promise(done => {
        const socket = new WebSocket(address); socket.onopen = () => done(true); socket.onerror = () => done(false) })"""
    for path in ("/_stcore/stream", "/tm/wake", "/_stcore/stream?token=wrong"):
        assert not stranger.evaluate(tried, address.replace("http", "ws") + path)
    stranger.context.close()


def test_back_forward_and_reload_restore_the_view(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    run = run_id(restarted(tmp_path / "run"))
    page = visit(f"{serve(tmp_path)}/loss?run={run}&smooth=0.25&metrics=learning_rate")
    chart(page)
    for word in ("relative", "symlog"):
        page.get_by_text(word, exact=True).click()
    expect_address(page, x="relative", scale="symlog")
    expect_axis(page, "training time (s)")
    loss = settled(page, lambda: view(page))
    page.get_by_role("link", name="Memory usage").click()
    expect(page.get_by_text("Lowest")).to_be_visible()
    expect_axis(page, "training time (s)")
    page.get_by_text("wall", exact=True).click()
    expect_axis(page, "clock time")
    expect_address(page, x="wall")
    memory = settled(page, lambda: view(page))
    page.go_back()
    expect(page.get_by_role("heading", name="Epochs")).to_be_visible()
    expect_axis(page, "training time (s)")
    expect_seen(lambda: view(page), loss)
    page.reload()
    chart(page)
    expect_axis(page, "training time (s)")
    expect_seen(lambda: view(page), loss)
    page.go_forward()
    expect(page.get_by_text("Lowest")).to_be_visible()
    expect_axis(page, "clock time")
    expect_seen(lambda: view(page), memory)


def test_words_from_files_run_nowhere(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    worst = write_hostile(tmp_path, " ".join(WORDS.values()))
    other = write_hostile(tmp_path, EXPRESSION)
    address = serve(tmp_path)
    for path, width in (("/", 390), ("/loss", 390), ("/memory", 390), ("/report", 390), ("/compare", 390), ("/compare", 1440)):
        query = f"?run={run_id(worst)}" + (f"&run={run_id(other)}" if path == "/compare" else "")
        page = visit(f"{address}{path}{query}", width=width)
        chart(page)
        expect(page.get_by_text(HTML[:40]).first).to_be_attached()
        at_rest(page)
        main = page.locator("[data-testid=stMain]")
        assert main.evaluate("it => it.scrollWidth - it.clientWidth") <= 0
        assert main.locator("img[src=x], script, a[href^=http], a[href^=mailto]").count() == 0
        if kept := os.environ.get("TRAINMON_SCREENSHOTS"):
            page.screenshot(path=Path(kept) / f"hostile-{path.strip('/') or 'live'}-{width}.png")
