"""The app, or any other Streamlit script, as a process of its own over a run that goes on."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.reading import log_lines, write_run
from trainmon.runs.ids import run_id

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Server:
    """A served app: where, and which process."""

    host: str
    pid: int


@dataclass
class GrowingRun:
    """A run whose newest row is a moment old, and that gets more."""

    csv: Path
    rows: int
    start: float

    @property
    def query(self) -> str:
        """What the address bar holds on a page about this run."""
        return f"run={run_id(self.csv.parent)}"

    def grow(self, rows: int = 1) -> float:
        """Append rows in one write, and return when that was (seconds since 1970)."""
        lines = log_lines(self.rows, rows, self.start)
        with self.csv.open("a", encoding="utf-8") as file:
            file.write(lines)
        self.rows += rows
        return time.time()


@contextmanager
def growing_run(rows: int) -> Iterator[GrowingRun]:
    """Give a run of so many rows, in a folder of its own, that has just logged."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.time() - rows / 10
        yield GrowingRun(write_run(Path(folder) / "run", rows, start), rows, start)


@contextmanager
def served(*roots: Path, script: Path = REPOSITORY / "app.py") -> Iterator[Server]:
    """Serve a script, the app over some roots where none is named, until the block ends."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port), "--server.headless", "true"]
    command += ["--browser.gatherUsageStats", "false", "--", *map(str, roots)]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/_stcore/health")
        yield Server(f"127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_up(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start within a minute.")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the machine's Chromium without a window."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit("This needs a Chromium on the machine.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
