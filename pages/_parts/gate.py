"""The gate before everything that the app serves: pages, files and sockets, where the app asks for a token."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from trainmon import wording
from trainmon.commands import sharing

OPEN = "/_stcore/health"  # says "ok" and nothing else, to whatever watches whether the server is up
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>trainmon</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><style>
:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }}
body {{ margin: 20vh auto; max-width: 32rem; padding: 0 1rem }}
</style></head><body><main>{sentence}</main></body></html>
"""


class Gate:
    """Lets pass who brings the token, and gives the browser a cookie in its place, so that it leaves the address bar.

    Streamlit asks nobody who fetches a file or opens a socket who they are: only a gate before it all does.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        answer = _answer(scope)
        await (self._app if answer is None else answer)(scope, receive, send)


def _answer(scope: Scope) -> ASGIApp | None:
    if scope["type"] not in ("http", "websocket") or sharing.token() is None or scope["path"].endswith(OPEN):
        return None
    visitor = HTTPConnection(scope)
    given, known = visitor.query_params.get(sharing.PARAMETER), sharing.knows(visitor.cookies)
    if not known and (given is None or not sharing.allows(given)):
        return WebSocketClose() if scope["type"] == "websocket" else _refusal()
    return _without_token(scope) if scope["type"] == "http" and given is not None else None


def _refusal() -> Response:
    return HTMLResponse(PAGE.format(sentence=escape(wording.NEEDS_TOKEN)), 403, headers={"Cache-Control": "no-store"})


def _without_token(scope: Scope) -> Response:
    """Return the way to the same address without its token; relative, because a proxy may serve the app below a path."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    rest = urlencode([(name, value) for name, value in query if name != sharing.PARAMETER])
    here = "./" + quote(scope["path"].rpartition("/")[2])
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    answer = RedirectResponse(here + (f"?{rest}" if rest else ""), 303, headers=headers)
    name, value = sharing.cookie()
    answer.set_cookie(name, value, httponly=True, samesite="lax", secure=scope.get("scheme") == "https")
    return answer
