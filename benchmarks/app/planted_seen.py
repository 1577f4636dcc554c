"""Trainings with planted faults, watched on Live status while they go on: how soon the page says what is wrong."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.app.planted import KINDS, PACE, STEPS
from benchmarks.app.server import REPOSITORY, chromium, served
from trainmon import wording
from trainmon.files.format import METRICS_CSV
from trainmon.runs.ids import run_id
from trainmon.runs.opening import open_run

PATIENCE = 60_000
FROM_THE_START = ("not_learning",)


@dataclass
class Watched:
    """A training under way and the tab that watches it; `seen` is how many steps there were when the page first said it."""

    kind: str
    folder: Path
    training: subprocess.Popen[bytes]
    page: Page
    seen: int | None = None

    @property
    def steps(self) -> int:
        """How many steps are logged."""
        steps = open_run(self.folder).global_step
        return int(steps[-1]) if len(steps) else 0

    def look(self, pictures: Path) -> None:
        """Note whether the page says what is wrong to one who asks "Why", and take its picture when it first does."""
        why = self.page.get_by_role("button", name="Why")
        if self.seen is not None or not why.count():
            return
        steps = self.steps
        why.click(timeout=PATIENCE)
        body = self.page.locator("[data-testid=stPopoverBody]")
        if wording.finding_name(self.kind) in body.inner_text(timeout=PATIENCE):
            self.seen = steps
            self.page.screenshot(path=pictures / f"{self.kind}.png")
        self.page.keyboard.press("Escape")


def watch(kind: str, root: Path, browser: Browser, host: str, pictures: Path, arguments: list[str]) -> Watched:
    """Train with one fault, and look at the page until the training is over."""
    folder = root / kind
    training = subprocess.Popen([sys.executable, "-m", "benchmarks.app.planted", kind, str(folder), *arguments], cwd=REPOSITORY)
    while not (folder / METRICS_CSV).exists():
        time.sleep(0.2)
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.goto(f"http://{host}/?run={run_id(folder)}", timeout=PATIENCE)
    watched = Watched(kind, folder, training, page)
    while training.poll() is None:
        watched.look(pictures)
        time.sleep(0.5)
    watched.look(pictures)
    page.close()
    return watched


def main(kinds: list[str], steps: int, pace: float, pictures: Path) -> None:
    """Print a line for each fault: where it was planted, and where the page said it."""
    pictures.mkdir(parents=True, exist_ok=True)
    arguments = ["--steps", str(steps), "--pace", str(pace)]
    with tempfile.TemporaryDirectory() as root, served(Path(root)) as server, chromium() as browser:
        print("| fault | planted at step | the page says it at | after, share of the run |\n|---|---|---|---|")
        for kind in kinds:
            seen = watch(kind, Path(root), browser, server.host, pictures, arguments).seen
            onset = 0 if kind in FROM_THE_START else steps // 2
            after = "never" if seen is None else f"{(seen - onset) / steps:.2f}"
            print(f"| {kind} | {onset} | {seen} | {after} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--pace", type=float, default=PACE, help="seconds a step")
    parser.add_argument("--pictures", type=Path, default=Path("planted"), help="where screenshots go")
    options = parser.parse_args()
    main(options.kinds, options.steps, options.pace, options.pictures)
