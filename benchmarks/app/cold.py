"""A page opened for the first time in a window, until its chart shows: ours against a bare Streamlit page with one chart."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.app.server import chromium, growing_run, served

ROWS, ROUNDS = 100_000, 7
BARE = """
import numpy as np
import pandas as pd
import streamlit as st

x = np.arange(1_000)
st.line_chart(pd.DataFrame({"x": x, "y": 1 / (1 + x)}), x="x", y="y")
"""


def seconds(browser: Browser, address: str) -> float:
    """Return how long a window without a cache needs until the chart is there."""
    window = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = window.new_page()
    began = time.perf_counter()
    page.goto(address)
    page.locator("[data-testid=stVegaLiteChart] svg.marks").first.wait_for(timeout=60_000)
    taken = time.perf_counter() - began
    window.close()
    return taken


def main(rounds: int = ROUNDS) -> None:
    """Print a line of the table."""
    with tempfile.TemporaryDirectory() as folder, growing_run(ROWS) as run, chromium() as browser:
        script = Path(folder) / "bare.py"
        script.write_text(BARE)
        with served(run.csv.parent.parent) as ours, served(script=script) as bare:
            addresses = (f"http://{ours.host}/?{run.query}", f"http://{bare.host}/")
            _, *pairs = [[seconds(browser, address) for address in addresses] for _ in range(rounds + 1)]
    mine, theirs = (statistics.median(pair[which] for pair in pairs) for which in (0, 1))
    ratio = statistics.median(pair[0] / pair[1] for pair in pairs)
    print(f"| cold page of {ROWS:,} rows, against a bare page with one chart | {mine:.1f} s, {theirs:.1f} s: {ratio:.2f}x |")


if __name__ == "__main__":
    main()
