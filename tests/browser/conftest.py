"""A real server and a real browser."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
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


@pytest.fixture
def launch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launch]:
    """Return a function that starts a server by a module's command line for a port, and returns the port and its log."""
    started: list[subprocess.Popen[bytes]] = []

    def start(command: Callable[[int], list[str]]) -> tuple[int, Path]:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = tmp_path_factory.mktemp("server") / "server.log"
        with log.open("wb") as output:
            started.append(
                subprocess.Popen([sys.executable, "-m", *command(port)], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
            )
        _wait_until_up(f"http://127.0.0.1:{port}/_stcore/health", log)
        return port, log

    yield start
    for server in started:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture
def serve(launch: Launch) -> Serve:
    """Return a function that starts the app over some roots and returns its address."""

    def start(*roots: Path) -> str:
        port, _ = launch(lambda port: ["streamlit", "run", "app.py", "--server.port", str(port), "--", *map(str, roots)])
        return f"http://127.0.0.1:{port}"

    return start


def _wait_until_up(address: str, log: Path) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the app did not start:\n{log.read_text()}")


@pytest.fixture(scope="package")  # Playwright's event loop runs until then: other tests have their own
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Return a function that opens an address in a window of its own; at the end no console may have an error."""
    complaints: list[str] = []
    pages: list[Page] = []

    def note(message: ConsoleMessage) -> None:
        # Streamlit first asks for its own end points below the page's path, and finds them at the root afterwards.
        if message.type in ("error", "warning") and "/_stcore/" not in message.location["url"]:
            complaints.append(f"{message.type}: {message.text} ({message.location['url']})")

    def open_one(address: str, *, width: int = 1440, height: int = 1000, scheme: str = "light", touch: bool = False) -> Page:
        size = {"width": width, "height": height}
        window = browser.new_context(viewport=size, color_scheme=scheme, has_touch=touch)  # type: ignore[arg-type]
        page = window.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(f"exception: {error}"))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.goto(address)
        pages.append(page)
        return page

    yield open_one
    for page in pages:
        page.context.close()
    assert complaints == []
