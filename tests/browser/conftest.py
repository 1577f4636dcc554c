"""A real server and a real browser."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.chromium import chromium
from tests.repository import REPOSITORY
from tests.waiting import PATIENCE, wait_until

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Launch = Callable[[Callable[[int], list[str]]], tuple[int, Path]]
Serve = Callable[..., str]
Visit = Callable[..., Page]
Window = Callable[..., Page]


@pytest.fixture
def launch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launch]:
    """Return a function that starts a server by a module's command line for a port, and returns the port and its log."""
    started: list[subprocess.Popen[bytes]] = []

    def start(command: Callable[[int], list[str]]) -> tuple[int, Path]:
        log = tmp_path_factory.mktemp("server") / "server.log"
        for _ in range(5):  # somebody else may take the port before the server does
            port = _free_port()
            with log.open("wb") as output:
                line = [sys.executable, "-m", *command(port)]
                started.append(subprocess.Popen(line, cwd=REPOSITORY, stdout=output, stderr=subprocess.STDOUT))
            if _comes_up(started[-1], f"http://127.0.0.1:{port}/_stcore/health", log):
                return port, log
        return pytest.fail(f"the app did not start:\n{log.read_text()}")

    yield start
    for server in started:
        server.terminate()
    for server in started:
        server.wait(PATIENCE)


@pytest.fixture
def serve(launch: Launch) -> Serve:
    """Return a function that starts the app over some roots and returns its address."""

    def start(*roots: Path) -> str:
        port, _ = launch(lambda port: ["streamlit", "run", "app.py", "--server.port", str(port), "--", *map(str, roots)])
        return f"http://127.0.0.1:{port}"

    return start


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _comes_up(server: subprocess.Popen[bytes], address: str, log: Path) -> bool:
    """Wait until a server answers, and return whether it does: one that found its port taken has ended."""

    def answers() -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=PATIENCE):
            return True
        return False

    wait_until(lambda: server.poll() is not None or answers(), lambda: f"the app did not start:\n{log.read_text()}")
    return server.poll() is None


@pytest.fixture(scope="package")  # Playwright's event loop runs until then: other tests have their own
def browser() -> Iterator[Browser]:
    path = chromium()
    expect.set_options(timeout=1_000 * PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=QUIET, timeout=1_000 * PATIENCE)
        yield started
        started.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Window]:
    """Return a function that opens an empty window of its own."""
    contexts: list[BrowserContext] = []

    def open_one(**how: Any) -> Page:
        contexts.append(browser.new_context(**how))
        contexts[-1].set_default_timeout(1_000 * PATIENCE)
        return contexts[-1].new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def visit(window: Window) -> Iterator[Visit]:
    """Return a function that opens an address in a window of its own; at the end no console may have an error."""
    complaints: list[str] = []
    pages: list[Page] = []

    def note(message: ConsoleMessage) -> None:
        # Streamlit first asks for its own end points below the page's path, and finds them at the root afterwards.
        if message.type in ("error", "warning") and "/_stcore/" not in message.location["url"]:
            complaints.append(f"{message.type}: {message.text} ({message.location['url']})")

    def open_one(address: str, *, width: int = 1440, height: int = 1000, scheme: str = "light", touch: bool = False) -> Page:
        size = {"width": width, "height": height}
        page = window(viewport=size, color_scheme=scheme, has_touch=touch)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(f"exception: {error}"))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.goto(address)
        pages.append(page)
        return page

    yield open_one
    for page in pages:
        page.close()
    assert complaints == []
