"""From a row written to its point on the screen, in a real browser with further viewers on the same run."""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import threading
import time

from playwright.sync_api import Page

from benchmarks.app.server import GrowingRun, chromium, growing_run, served
from benchmarks.app.viewer import viewers

VIEWERS, ROWS, TRIALS = 10, 10_000, 40
PATIENCE = 30_000
LINES = "[data-testid=stVegaLiteChart] .mark-line path"
NOTE = f"""() => {{
    window.drawn = [];
    const seen = new MutationObserver(() => requestAnimationFrame(() => window.drawn.push(Date.now() / 1000)));
    seen.observe(document.querySelector("{LINES}").closest("svg"), {{ subtree: true, attributes: true, attributeFilter: ["d"] }});
}}"""


def trials(page: Page, run: GrowingRun, count: int) -> list[float]:
    """Return the seconds from each row's write until the line on the screen has moved."""
    taken, dice = [], random.Random(0)
    page.locator(LINES).first.wait_for(state="attached", timeout=PATIENCE)
    page.wait_for_timeout(4_000)
    page.evaluate(NOTE)
    for _ in range(count):
        page.evaluate("window.drawn = []")
        written = run.grow()
        page.wait_for_function("window.drawn.length > 0", timeout=PATIENCE)
        taken.append(page.evaluate("window.drawn[0]") - written)
        time.sleep(1.2 + dice.random())  # rows come at any phase of whatever goes round
    return taken


def others(host: str, query: str, count: int, done: threading.Event) -> None:
    """Follow the same run as so many further tabs, until it is done."""

    async def follow() -> None:
        async with viewers(host, query, count):
            await asyncio.to_thread(done.wait)

    asyncio.run(follow())


def main(viewing: int = VIEWERS, count: int = TRIALS) -> None:
    """Print a line of the table."""
    with growing_run(ROWS) as run, served(run.csv.parent.parent) as server, chromium() as browser:
        done = threading.Event()
        beside = threading.Thread(target=others, args=(server.host, run.query, viewing - 1, done))
        beside.start()
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            page.goto(f"http://{server.host}/?{run.query}")
            taken = sorted(trials(page, run, count))
        finally:
            done.set()
            beside.join()
    p95 = taken[int(0.95 * len(taken))]
    print(
        f"| row written to its point on screen, {viewing} viewers: median, 95 % | {statistics.median(taken):.2f} s, {p95:.2f} s |"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=VIEWERS)
    parser.add_argument("--trials", type=int, default=TRIALS)
    options = parser.parse_args()
    main(options.viewers, options.trials)
