"""What a refresh of Live status sends to a browser, for a short and a long run, and what is sent when nothing changes."""

from __future__ import annotations

import asyncio
import statistics

from benchmarks.app.server import GrowingRun, Server, growing_run, served
from benchmarks.app.viewer import viewers

REFRESHES, IDLE_SECONDS = 12, 12.0
LENGTHS = (1_000, 300_000)


async def watch(server: Server, run: GrowingRun) -> tuple[list[int], list[float], int]:
    """Return the bytes and the seconds of each refresh, and the bytes that came while nothing changed."""
    async with viewers(server.host, run.query, 1) as (tab,):
        for _ in range(REFRESHES):
            run.grow()
            await asyncio.sleep(1.5)
        tab.idle_bytes = 0
        await asyncio.sleep(IDLE_SECONDS)
        later = tab.refreshes[2:]
        return [each.bytes for each in later], [each.seconds for each in later], tab.idle_bytes


def main() -> None:
    """Print lines of the table."""
    for rows in LENGTHS:
        with growing_run(rows) as run, served(run.csv.parent.parent) as server:
            sent, seconds, idle = asyncio.run(watch(server, run))
        figures = f"{statistics.median(sent) / 1e3:.1f} KB, {max(sent) / 1e3:.1f} KB"
        print(f"| a refresh of Live status, {rows:,} rows: median, most | {figures} |")
        print(f"| ... the server's work on it, median | {1e3 * statistics.median(seconds):.0f} ms |")
        print(f"| ... sent in {IDLE_SECONDS:g} s in which nothing changes | {idle} bytes |")


if __name__ == "__main__":
    main()
