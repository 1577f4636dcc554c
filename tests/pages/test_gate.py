"""The gate, asked as a server asks it: nothing passes without the token, and a browser keeps a cookie in its place."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from pages._parts.gate import Gate
from tests.pages.conftest import PAGES, Open, words
from trainmon import wording
from trainmon.commands import sharing

TOKEN = "a secret/ä"
BEHIND = "behind the gate"


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": BEHIND})


def ask(path: str, query: str = "", *, kind: str = "http", cookies: str = "") -> list[Message]:
    """Return what a visitor is answered."""
    answered: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answered.append(message)

    headers = [(b"host", b"h"), *([(b"cookie", cookies.encode())] if cookies else [])]
    scope: dict[str, Any] = {"type": kind, "method": "GET", "path": path, "query_string": query.encode(), "headers": headers}
    asyncio.run(Gate(_app)(scope, receive, send))
    return answered


def header(answer: list[Message], name: str) -> str:
    return next(value.decode() for key, value in answer[0]["headers"] if key.decode() == name)


@pytest.fixture
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sharing.TOKEN_VARIABLE, TOKEN)


def test_without_a_token_to_ask_for_everything_passes() -> None:
    assert ask("/loss", "run=a") == [{"type": BEHIND}]
    assert ask("/tm/wake", kind="websocket") == [{"type": BEHIND}]


@pytest.mark.usefixtures("_token")
@pytest.mark.parametrize("path", ["/", "/loss", "/_stcore/host-config", "/media/abc.html", "/static/js/index.js"])
@pytest.mark.parametrize("query", ["", "token=", "token=wrong", "run=a&token=a+secret"])
def test_who_does_not_bring_the_token_gets_one_sentence(path: str, query: str) -> None:
    start, body = ask(path, query)
    assert start["status"] == 403
    assert wording.NEEDS_TOKEN in body["body"].decode()
    assert "<script" not in body["body"].decode()


@pytest.mark.usefixtures("_token")
@pytest.mark.parametrize("path", ["/_stcore/stream", "/tm/wake"])
def test_a_socket_without_the_token_is_refused(path: str) -> None:
    assert [message["type"] for message in ask(path, "token=wrong", kind="websocket")] == ["websocket.close"]


@pytest.mark.usefixtures("_token")
def test_the_token_leaves_the_address_for_a_cookie_that_opens_everything() -> None:
    answer = ask("/mon/loss", "run=a%402&token=a+secret%2F%C3%A4&run=b&x=epoch&metrics=")
    assert (answer[0]["status"], header(answer, "location")) == (303, "./loss?run=a%402&run=b&x=epoch&metrics=")
    cookie = header(answer, "set-cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert TOKEN not in cookie
    pair = cookie.partition(";")[0]
    assert ask("/", cookies=pair) == [{"type": BEHIND}]
    assert ask("/tm/wake", kind="websocket", cookies=f"other=1; {pair}") == [{"type": BEHIND}]
    assert ask("/", cookies=pair[:-1])[0]["status"] == 403


@pytest.mark.usefixtures("_token")
def test_the_first_page_is_found_again_without_the_token() -> None:
    assert header(ask("/", "token=a+secret%2F%C3%A4"), "location") == "./"


@pytest.mark.usefixtures("_token")
def test_what_watches_the_server_may_ask_whether_it_is_up() -> None:
    assert ask("/_stcore/health") == [{"type": BEHIND}]


@pytest.mark.usefixtures("_token")
@pytest.mark.parametrize("page", PAGES)
def test_the_script_itself_shows_nothing_without_the_token(page: str, open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page=page)
    assert not app.exception
    assert words(app) == wording.NEEDS_TOKEN
    assert not app.sidebar.children
    assert "No runs yet" in words(open_page(tmp_path, page=page, token=TOKEN))
