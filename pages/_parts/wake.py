"""The wake-up channel: a socket that tells a visible tab that what it shows has changed. It carries numbers, never data."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from pages._parts import hub
from pages._parts.feed import Feed, pause

PATH = "tm/wake"
REFUSED = 1008  # the protocol's code for a connection that a rule forbids
MOST_RUNS = 200  # a page compares a handful


async def wake(socket: WebSocket) -> None:
    """Serve one tab until it hides or goes: `run` (repeated, none = all) it shows, and has `drawn` that many refreshes."""
    if refused(socket):
        await socket.close(REFUSED)
        return
    await socket.accept()
    asked = socket.query_params
    identities = frozenset(asked.getlist("run")[:MOST_RUNS])
    feed = hub.open_roots().feed
    telling = tell(socket, feed, identities, _number(asked.get("drawn")))
    both = [asyncio.create_task(telling), asyncio.create_task(_until_gone(socket))]
    feed.tabs += 1
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        feed.tabs -= 1
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)


def refused(socket: WebSocket) -> bool:
    """Return whether a connection is turned away; the page then asks every few seconds over Streamlit's own socket."""
    origin, host = socket.headers.get("origin"), socket.headers.get("host")
    hosts = {host, socket.headers.get("x-forwarded-host", host)}
    return origin is not None and urlsplit(origin).netloc not in hosts  # other web pages have no business here


async def tell(socket: WebSocket, feed: Feed, identities: Collection[str], drawn: int) -> None:
    """Send the revision now, and at every change: the first one at once, later ones no faster than a tab should draw."""
    revision = feed.library.revision_of(identities)
    await socket.send_text(str(revision))
    while True:
        await feed.change(identities, await feed.outlook(identities, revision))
        await feed.turn()
        revision = feed.library.revision_of(identities)
        await socket.send_text(str(revision))
        drawn += 1
        await asyncio.sleep(pause(drawn, feed.tabs))


async def _until_gone(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass  # nothing is asked over the socket


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0


ROUTE = WebSocketRoute(f"/{PATH}", wake)
