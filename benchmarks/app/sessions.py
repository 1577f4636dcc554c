"""Many open tabs on one live run: what they cost the server, and how long a tab waits for its refresh."""

from __future__ import annotations

import argparse
import asyncio
import statistics

import psutil

from benchmarks.app.server import GrowingRun, Server, growing_run, served
from benchmarks.app.viewer import viewers

SESSIONS, ROWS, SECONDS = 50, 10_000, 40
ROW_EVERY = 1.0


async def watch(server: Server, run: GrowingRun, sessions: int) -> tuple[float, list[float], int]:
    """Return the server's share of a core, the wait of every refresh in seconds, and the bytes that came between them."""
    process = psutil.Process(server.pid)
    async with viewers(server.host, run.query, sessions) as tabs:
        for warm in (True, False):
            for tab in tabs:
                tab.refreshes.clear()
                tab.idle_bytes = 0
            before = process.cpu_times()
            seconds = 5 if warm else SECONDS
            for _ in range(round(seconds / ROW_EVERY)):
                run.grow()
                await asyncio.sleep(ROW_EVERY)
            after = process.cpu_times()
        used = after.user + after.system - before.user - before.system
        waits = [refresh.seconds for tab in tabs for refresh in tab.refreshes]
        return used / SECONDS, waits, sum(tab.idle_bytes for tab in tabs)


def main(sessions: int = SESSIONS) -> None:
    """Print lines of the table."""
    with growing_run(ROWS) as run, served(run.csv.parent.parent) as server:
        share, waits, _ = asyncio.run(watch(server, run, sessions))
    waits.sort()
    print(f"| {sessions} open tabs, a row each {ROW_EVERY:g} s: server | {100 * share:.0f} % of a core |")
    p95 = waits[int(0.95 * len(waits))]
    figures = f"{1e3 * statistics.median(waits):.0f} ms, {1e3 * p95:.0f} ms, {1e3 * waits[-1]:.0f} ms"
    print(
        f"| ... wait for a refresh: median, 95 %, longest ({len(waits) / sessions / SECONDS:.1f} a second and tab) | {figures} |"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    main(parser.parse_args().sessions)
