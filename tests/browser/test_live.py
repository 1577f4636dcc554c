"""Live pages in a real browser: rows come through the socket, what the user looks at stays, a hidden or paused tab is silent."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.conftest import Serve, Visit
from tests.browser.pages import CHART, at_rest, hover, settled
from tests.builders import append, rows, write_run
from tests.humps import hump
from tests.waiting import wait_until
from trainmon.runs.ids import run_id

pytestmark = pytest.mark.browser
HIDE = """hidden => {
    Object.defineProperty(document, 'visibilityState', { get: () => hidden ? 'hidden' : 'visible', configurable: true });
    Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
}"""

COUNT_ABSENCES = """element => {
    window.gone = 0;
    const count = () => { window.gone += !element.isConnected };
    new MutationObserver(count).observe(document.body, { subtree: true, childList: true });
}"""


class Traffic:
    """Counts what comes over the sockets of a page: the bytes of Streamlit's, the wake-ups of ours."""

    def __init__(self, page: Page) -> None:
        self.bytes, self.woken, self.asked, self.greeted = 0, 0, 0, False
        self._not_greeted: set[WebSocket] = set()
        page.on("websocket", self._count)

    @property
    def listening(self) -> bool:
        """True where our sockets are open: each that is has said which revision it is, a page may open several in a row."""
        return self.greeted and not self._not_greeted

    def _count(self, socket: WebSocket) -> None:
        if "/tm/wake" not in socket.url:
            socket.on("framereceived", self._receive)
            socket.on("framesent", self._ask)
            return
        self._not_greeted.add(socket)
        socket.on("framereceived", lambda _: self._wake(socket))
        socket.on("close", lambda _: self._not_greeted.discard(socket))

    def _wake(self, socket: WebSocket) -> None:
        self._not_greeted.discard(socket)
        self.woken, self.greeted = self.woken + 1, True

    def _receive(self, payload: str | bytes) -> None:
        self.bytes += len(payload)

    def _ask(self, _: str | bytes) -> None:
        self.asked += 1

    def forget(self) -> None:
        """Count anew."""
        self.bytes = self.woken = self.asked = 0


def visit_counted(visit: Visit, address: str) -> tuple[Page, Traffic]:
    """Return a page that is opened after its traffic is counted."""
    page = visit("about:blank")
    traffic = Traffic(page)
    page.goto(address)
    return page, traffic


def drawn(page: Page, count: int) -> None:
    expect(page.get_by_text(f"all {count} rows drawn")).to_be_visible()


def silent(page: Page, traffic: Traffic, *, listening: bool = True) -> None:
    """Wait until the page listens, where it is to, and nothing more comes."""

    def nothing_comes() -> bool:
        at_rest(page)
        traffic.forget()
        page.wait_for_timeout(500)
        at_rest(page)
        return (traffic.listening or not listening) and not (traffic.bytes or traffic.woken)

    wait_until(nothing_comes, lambda: "the page never came to rest")


def running(steps: int) -> list[str]:
    """Return the rows of a training that logs every minute: however long a test takes, it does not fall silent."""
    return rows(epochs=1, steps=steps, seconds=60.0)


def test_rows_come_through_the_socket_and_nothing_else_goes_over_the_wire(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    lines = running(200)
    run, other = write_run(tmp_path / "run", lines[:50]), write_run(tmp_path / "other", lines[:50])
    page, traffic = visit_counted(visit, f"{serve(tmp_path)}/?run={run_id(run)}")
    drawn(page, 50)
    silent(page, traffic)
    append(other, lines[50:60])
    page.wait_for_timeout(4_000)  # longer than any poll: a page that asks by itself would have asked
    assert (traffic.bytes, traffic.asked, traffic.woken) == (0, 0, 0)
    append(run, lines[50:60])
    drawn(page, 60)
    at_rest(page)
    assert (traffic.woken, traffic.asked) == (1, 1)
    assert 0 < traffic.bytes < 60_000


def test_since_when_a_finding_is_known_stays_while_rows_come(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    lines = hump(leak_from=450)
    run = write_run(tmp_path / "run", lines[:570])
    page = visit(f"{serve(tmp_path)}/?part=all")
    expect(page.get_by_text("Taken back (")).to_be_visible()
    since = page.get_by_text("Known since epoch 0, step 4")
    expect(since).to_be_visible()
    chart = page.locator(CHART).first
    place = settled(page, chart.bounding_box)
    said = since.text_content()
    since.evaluate(COUNT_ABSENCES)
    for count in (580, 590, 600):
        append(run, lines[count - 10 : count])
        drawn(page, count + count // 10)  # the validations are drawn, too
    at_rest(page)
    assert (page.evaluate("window.gone"), since.text_content(), chart.bounding_box()) == (0, said, place)


def test_what_the_user_looks_at_stays_through_twenty_refreshes(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    lines = running(400)
    run = write_run(tmp_path / "run", lines[:300])
    page, traffic = visit_counted(visit, f"{serve(tmp_path)}/?part=all")
    drawn(page, 300)
    page.get_by_text("Last rows").click()
    expect(page.locator("[data-testid=stDataFrame]").first).to_be_visible()
    chart = page.locator(CHART).first
    chart.scroll_into_view_if_needed()
    silent(page, traffic)
    main, labels = page.locator("[data-testid=stMain]"), chart.locator("g.role-axis-label text")
    whole = labels.all_text_contents()
    hover(chart)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    wait_until(lambda: labels.all_text_contents() != whole)
    hover(chart)

    def view() -> list[object]:
        return [labels.all_text_contents(), main.evaluate("it => [it.scrollTop, it.scrollHeight]")]

    before = settled(page, view)
    chart.locator("svg.marks").evaluate("it => { it.dataset.mine = 'yes' }")
    for count in range(301, 321):
        append(run, lines[count - 1 : count])
        expect(page.get_by_text(re.compile(rf"\b{count} rows"))).to_be_visible()
        expect(page.locator("#vg-tooltip-element")).to_be_visible()
    assert settled(page, view) == before
    assert chart.locator("svg.marks").get_attribute("data-mine") == "yes"  # the very chart, not another one
    expect(page.locator("[data-testid=stDataFrame]").first).to_be_visible()


def test_a_hidden_tab_is_silent_and_catches_up_when_it_is_shown(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    lines = running(200)
    run = write_run(tmp_path / "run", lines[:50])
    page, traffic = visit_counted(visit, serve(tmp_path))
    drawn(page, 50)
    silent(page, traffic)
    page.evaluate(HIDE, True)
    append(run, lines[50:60])
    page.wait_for_timeout(4_000)
    assert (traffic.bytes, traffic.asked, traffic.woken) == (0, 0, 0)
    page.evaluate(HIDE, False)
    drawn(page, 60)
    assert traffic.woken == 1


def test_the_switch_pauses_the_page_and_goes_on(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    lines = running(200)
    run = write_run(tmp_path / "run", lines[:50])
    page, traffic = visit_counted(visit, serve(tmp_path))
    drawn(page, 50)
    page.get_by_text("Live", exact=True).click()
    expect(page).to_have_url(re.compile("live=off"))
    expect(page.get_by_text("Paused at")).to_be_visible()
    silent(page, traffic, listening=False)
    append(run, lines[50:60])
    page.wait_for_timeout(3_000)
    assert (traffic.bytes, traffic.asked, traffic.woken) == (0, 0, 0)
    page.get_by_text("Paused", exact=True).click()
    drawn(page, 60)
    expect(page).not_to_have_url(re.compile("live="))


def test_where_no_message_gets_through_the_page_asks_by_itself(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    lines = running(60)
    run = write_run(tmp_path / "run", lines[:50])
    page = visit("about:blank")
    page.route_web_socket(re.compile("/tm/wake"), lambda socket: None)  # a proxy that swallows it
    page.goto(serve(tmp_path))
    drawn(page, 50)
    append(run, lines[50:60])
    drawn(page, 60)


def test_the_age_of_the_last_row_grows_without_traffic(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    write_run(tmp_path / "run", seconds=60.0)
    page, traffic = visit_counted(visit, serve(tmp_path))
    expect(page.get_by_text("202 of 303 rows drawn")).to_be_visible()
    silent(page, traffic)
    ages = {page.locator("[data-tm-age]").text_content()}

    def grown() -> bool:
        ages.add(page.locator("[data-tm-age]").text_content())
        return len(ages) > 2

    wait_until(grown)
    assert (traffic.bytes, traffic.asked) == (0, 0)


def test_the_tab_says_how_far_the_run_is_and_the_page_around_it_stays(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    lines = rows(epochs=1, steps=200, start=time.time() - 55 * 600, seconds=600)  # running, however slow this machine is
    run = write_run(tmp_path / "run", lines[:50])
    (run / "trainmon.toml").write_text("[plan]\nsteps = 200\n")
    page, traffic = visit_counted(visit, serve(tmp_path))
    drawn(page, 50)
    expect(page).to_have_title(re.compile(r"^24 % running · run · Live status$"))
    silent(page, traffic)
    page.evaluate(
        "window.titles = [];"
        "new MutationObserver(() => titles.push(document.title)).observe(document.querySelector('title'), { childList: true });"
    )
    append(run, lines[50:55])
    drawn(page, 55)
    expect(page).to_have_title(re.compile(r"^27 % running · run · Live status$"))
    assert (traffic.woken, traffic.asked) == (1, 1)
    assert [title for title in page.evaluate("titles") if title.endswith("trainmon")] == []  # so a whole page begins
    page.evaluate(HIDE, True)
    expect(page).to_have_title(re.compile(r"^27 % running · run · Live status \(\d\d:\d\d\)$"))
    page.evaluate(HIDE, False)
    expect(page).to_have_title(re.compile(r"^27 % running · run · Live status$"))
