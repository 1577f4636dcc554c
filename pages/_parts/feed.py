"""Who is to be woken for what: what a page shows may change with its files, and with the clock alone."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, replace

from trainmon.analysis import analyse
from trainmon.analysis.state import StateWord
from trainmon.runs.library import Library

HEARTBEAT_SECONDS = 15.0  # a run falls silent without a file being touched
OVER = frozenset({"finished", "ended"})  # words of runs that change no more by the clock
CADENCE = ((3_000, 5.0), (600, 2.0), (0, 1.0))  # (refreshes that a tab has drawn, seconds to the next)
# Tabs are woken one after the other: the first refresh prepares what the others then only send. Few tabs follow each other
# quickly, many at the pace at which the server can draw with half a core.
TURN_SECONDS, LONGEST_TURN_SECONDS = 0.002, 0.06  # for each open tab, and at most

_first = threading.Lock()  # a new revision is worked out by the first who asks; the others wait and find it there


@dataclass(frozen=True)
class Outlook:
    """All that a page's content depends on: the revision of its runs, their states, and the minute while one goes on."""

    revision: int
    states: tuple[StateWord, ...]
    minute: int | None


def outlook(library: Library, identities: Collection[str], now: float) -> Outlook:
    """Return what a page about these runs (none: about all) depends on at `now`, in seconds since 1970."""
    revision = library.revision_of(identities)
    shown = [run for run in library.runs() if not identities or run.id in identities]
    with _first:
        looks = (analyse(run, now=now, which="newest", memo=library.memo_of(run)) for run in shown)
        states = tuple(each.state.word for each in looks)
    return Outlook(revision, states, None if OVER.issuperset(states) else int(now // 60))  # a forecast counts minutes


def turn_seconds(tabs: int) -> float:
    """Return the seconds between the wake-ups of two tabs where so many are open."""
    return min(TURN_SECONDS * tabs, LONGEST_TURN_SECONDS)


def pause(drawn: int, tabs: int = 1) -> float:
    """Return the least seconds between two refreshes of a tab that has drawn so many, one of `tabs` that take turns.

    A browser's heap grows by 11 to 20 KB a chart and refresh, and only a reload gives that back: a tab that has drawn a lot
    draws less often. A run that logs without a pause costs a tab 60 MB a chart in its first 90 minutes, 14 MB an hour later.
    """
    return max(next(seconds for least, seconds in CADENCE if drawn >= least), tabs * turn_seconds(tabs))


class Feed:
    """Lets any number of connections wait for changes of a library; `announce` may be called from any thread."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.tabs = 0  # how many listen
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ring = asyncio.Event()
        self._next_turn = 0.0

    def announce(self) -> None:
        """Wake everybody who waits: the library has changed."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake_all)

    def _wake_all(self) -> None:
        self._ring.set()
        self._ring = asyncio.Event()

    async def change(self, identities: Collection[str], before: Outlook) -> int:
        """Wait until a page that shows `before` is out of date, and return the revision of its runs then."""
        self._loop = asyncio.get_running_loop()
        beat = time.monotonic() + HEARTBEAT_SECONDS
        while True:
            ring, revision = self._ring, self.library.revision_of(identities)
            if revision != before.revision:
                return revision
            if time.monotonic() >= beat:
                if await self.outlook(identities) != before:
                    return revision
                beat = time.monotonic() + HEARTBEAT_SECONDS
            await _at_most(beat - time.monotonic(), ring)

    async def turn(self) -> None:
        """Wait until it is this tab's turn to be woken: so many tabs at once would only be in each other's way."""
        now = time.monotonic()
        mine = max(now, self._next_turn)
        self._next_turn = mine + turn_seconds(self.tabs)
        await asyncio.sleep(mine - now)

    async def outlook(self, identities: Collection[str], revision: int | None = None) -> Outlook:
        """Return what a page depends on now, as if its runs had that revision; it is worked out beside the event loop."""
        found = await asyncio.to_thread(outlook, self.library, identities, time.time())
        return found if revision is None else replace(found, revision=revision)


async def _at_most(seconds: float, ring: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(ring.wait(), max(0.0, seconds))
    except TimeoutError:
        return
