"""Who is woken for what: a page hears of the runs that it shows, and draws only what is out of date."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.websockets import WebSocket
from streamlit.testing.v1 import AppTest

from pages._parts import feed, hub, live_switch, wake
from pages._parts.feed import Feed, outlook, pause
from tests.builders import append, rows, write_run
from tests.pages.conftest import Open, words
from tests.waiting import PATIENCE, wait_until
from trainmon.runs.ids import run_id
from trainmon.runs.library import Library

NOW = 1_700_000_000.0


def read(root: Path) -> Library:
    library = Library([root])
    library.refresh()
    return library


def ear(app: AppTest) -> dict[str, Any]:
    """Return what the page told its ear."""
    (component,) = app.get("bidi_component")
    told: dict[str, Any] = json.loads(component.proto.json)
    return told


def test_another_runs_rows_change_nothing_for_a_page(tmp_path: Path) -> None:
    shown, other = write_run(tmp_path / "shown", start=NOW), write_run(tmp_path / "other", start=NOW)
    library = read(tmp_path)
    before = outlook(library, [run_id(shown)], NOW)
    everything = outlook(library, [], NOW)
    append(other, rows(start=NOW)[:5])
    library.refresh()
    assert outlook(library, [run_id(shown)], NOW) == before
    assert outlook(library, [], NOW) != everything
    append(shown, rows(start=NOW)[:5])
    library.refresh()
    assert outlook(library, [run_id(shown)], NOW) != before


def test_a_run_that_comes_concerns_every_page(tmp_path: Path) -> None:
    shown = write_run(tmp_path / "shown")
    library = read(tmp_path)
    before = library.revision_of([run_id(shown)])
    write_run(tmp_path / "new")
    library.refresh()
    assert library.revision_of([run_id(shown)]) > before


def test_a_run_that_falls_silent_changes_a_page_though_no_file_changed(tmp_path: Path) -> None:
    write_run(tmp_path / "run", start=NOW)
    library = read(tmp_path)
    last = NOW + 303
    running, silent = outlook(library, [], last + 5), outlook(library, [], last + 300)
    assert (running.states, silent.states) == (("running",), ("silent",))
    assert running.revision == silent.revision


def test_the_clock_changes_nothing_where_all_runs_have_ended(tmp_path: Path) -> None:
    write_run(tmp_path / "run", start=NOW)
    library = read(tmp_path)
    assert outlook(library, [], NOW + 1e6) == outlook(library, [], NOW + 2e6)


def test_a_tab_that_has_drawn_much_draws_less_often() -> None:
    paces = [pause(drawn) for drawn in (0, 1_000, 10_000)]
    assert paces == sorted(set(paces))
    assert (paces[0], paces[-1]) == (1.0, 5.0)


def test_many_tabs_draw_less_often_than_a_few() -> None:
    assert pause(0, tabs=10) == pause(0, tabs=1) == 1.0
    assert pause(0, tabs=200) > pause(0, tabs=50) > 2.0


def test_whoever_waits_is_woken_by_its_own_runs_only(tmp_path: Path) -> None:
    shown, other = write_run(tmp_path / "shown", start=NOW), write_run(tmp_path / "other", start=NOW)
    library = read(tmp_path)

    async def trial() -> None:
        live = Feed(library)
        ids = [run_id(shown)]
        before = await live.outlook(ids)
        waiting = asyncio.create_task(live.change(ids, before))
        for changed in (other, shown):
            await asyncio.sleep(0.1)
            assert not waiting.done()
            append(changed, rows(start=NOW)[:5])
            await asyncio.to_thread(library.refresh)
            live.announce()
        assert await asyncio.wait_for(waiting, PATIENCE) == library.revision_of(ids) > before.revision

    asyncio.run(trial())


def test_whoever_waits_is_woken_when_a_state_changes_with_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_run(tmp_path / "run", start=NOW)
    library = read(tmp_path)
    clock = [NOW + 303]
    monkeypatch.setattr(feed, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(feed.time, "time", lambda: clock[0])

    async def trial() -> None:
        live = Feed(library)
        waiting = asyncio.create_task(live.change([], await live.outlook([])))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        clock[0] += 300
        assert await asyncio.wait_for(waiting, PATIENCE) == library.revision

    asyncio.run(trial())


def script() -> None:
    """Count what is drawn; the button stands for the browser that was woken."""
    import streamlit as st

    from pages._parts import live_switch, live_updates

    live_switch.settle(live_updates.hub.open_roots().library)
    around = live_updates._frame(live_updates._outlook())
    counts = st.session_state.setdefault("counts", {"page": 0, "part": 0})
    counts["page"] += 1

    def draw() -> None:
        counts["part"] += 1

    live_updates.follow("part", draw)
    st.button("wake", key="wake", on_click=lambda: live_updates.woken("part", around))


@pytest.fixture
def counting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Return a page about `shown`, beside which lies `other`; its library is read by the test alone."""
    for name in ("shown", "other"):
        write_run(tmp_path / name, rows(epochs=1, steps=60)[:50])
    library = read(tmp_path)
    opened = hub._Hub(library, hub.Watcher(library), Feed(library))
    monkeypatch.setattr(hub, "open_roots", lambda: opened)
    app = AppTest.from_function(script, default_timeout=PATIENCE)
    app.query_params["run"] = run_id(tmp_path / "shown")
    return app.run()


@pytest.mark.parametrize(("changed", "drawn"), [(None, (1, 1)), ("other", (1, 1)), ("shown", (1, 2)), ("new", (2, 2))], ids=str)
def test_a_woken_page_draws_only_what_is_out_of_date(
    changed: str | None, drawn: tuple[int, int], counting: AppTest, tmp_path: Path
) -> None:
    assert counting.session_state["counts"] == {"page": 1, "part": 1}
    if changed == "new":
        write_run(tmp_path / changed)
    elif changed:
        append(tmp_path / changed, rows(epochs=1, steps=60)[50:])
    hub.open_roots().library.refresh()
    counting.button(key="wake").click().run()
    assert not counting.exception
    assert counting.session_state["counts"] == {"page": drawn[0], "part": drawn[1]}


def test_the_page_says_what_it_listens_to(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    write_run(tmp_path / "ended", start=NOW)
    assert ear(open_page(tmp_path, run=run_id(run)))["address"] == f"tm/wake?run={run_id(run)}"
    assert ear(open_page(tmp_path, run=run_id(run)))["poll"] == 2.0
    assert ear(open_page(tmp_path, run=run_id(tmp_path / "ended")))["poll"] is None
    assert ear(open_page(tmp_path))["address"] == "tm/wake?"


def test_the_age_of_the_last_row_can_grow_in_the_browser(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    said = "".join(each.proto.body for each in open_page(tmp_path).get("html"))
    assert "last row <span data-tm-age=" in said
    assert "</span> ago, usually every 1 s</span>" in said


def test_a_paused_page_stays_as_it_was(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", rows()[:50])
    app = open_page(tmp_path, live="off")
    assert ear(app)["address"] is None
    assert "Paused at" in words(app)
    append(run, rows()[50:60])
    wait_until(lambda: hub.open_roots().library.get(run_id(run)).rows.count == 60)
    assert "Step 49" in words(app.run())
    assert app.session_state["live"] == "off"
    app.toggle(key=live_switch.SWITCH).set_value(True).run()
    assert "Step 59" in words(app)
    assert "Paused at" not in words(app)
    assert "live" not in app.query_params
    assert ear(app)["address"] == "tm/wake?"


def test_a_paused_session_stays_paused_on_the_next_page(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    links = [link.proto.query_string for link in open_page(tmp_path, live="off").sidebar.get("page_link")]
    assert len(links) == 5
    assert all("live=off" in link for link in links)


class Tab:
    """A browser's end of the socket, without a network."""

    def __init__(self, query: str, **headers: str) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._to_come: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._to_come.put_nowait({"type": "websocket.connect"})
        names = [(name.encode(), value.encode()) for name, value in {"host": "here:8501", **headers}.items()]
        scope = {"type": "websocket", "query_string": query.encode(), "headers": names}
        self.served = asyncio.create_task(wake.wake(WebSocket(scope, self._to_come.get, self._keep)))

    async def _keep(self, message: Any) -> None:
        await self.sent.put(message)

    async def next(self) -> dict[str, Any]:
        """Return what comes next over the socket."""
        return await asyncio.wait_for(self.sent.get(), PATIENCE)

    async def leave(self) -> None:
        """Close this end, and wait until the server has noticed."""
        await self._to_come.put({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self.served, PATIENCE)


@pytest.fixture
def live_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("TRAINMON_ROOTS", str(tmp_path))
    yield write_run(tmp_path / "run", rows()[:50])
    hub.close()


def test_the_socket_tells_the_revision_and_every_change_of_it(live_run: Path) -> None:
    async def trial() -> None:
        opened, identity = hub.open_roots(), run_id(live_run)
        now = opened.library.revision_of([identity])
        tab, other = Tab(f"run={identity}", origin="http://here:8501"), Tab(f"run={identity}&drawn=many")
        for each in (tab, other):
            assert (await each.next())["type"] == "websocket.accept"
            assert (await each.next())["text"] == str(now)
        append(live_run, rows()[50:60])
        for each in (tab, other):
            assert int((await each.next())["text"]) > now
        await tab.leave()
        await other.leave()

    asyncio.run(trial())


def test_the_socket_turns_other_sites_away(live_run: Path) -> None:
    async def trial() -> None:
        assert (await Tab("", origin="https://elsewhere.example").next())["type"] == "websocket.close"

    asyncio.run(trial())
