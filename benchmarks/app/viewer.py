"""A viewer without a browser: it speaks Streamlit's protocol and the wake-up channel, and notes what a refresh brings."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

EAR_EVENTS = "$$STREAMLIT_INTERNAL_KEY_{id}__events"  # the name under which Streamlit's frontend sends a component's triggers
BIG = 2**26


@dataclass(frozen=True)
class Refresh:
    """One refresh: seconds from the wake-up until the server was done with it, and the bytes that came."""

    seconds: float
    bytes: int


@dataclass
class Viewer:
    """One open tab on Live status."""

    host: str
    query: str
    refreshes: list[Refresh] = field(default_factory=list)
    idle_bytes: int = 0
    _ear: str = ""
    _address: str = ""
    _known: set[str] = field(default_factory=set)

    async def open(self, stream: ClientConnection) -> None:
        """Load the page, as a browser does at first."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        await stream.send(message.SerializeToString())
        await self._until_done(stream)

    async def follow(self, stream: ClientConnection) -> None:
        """Answer every wake-up as the page's ear does."""
        async with connect(f"ws://{self.host}/{self._address}", max_size=BIG) as wake:
            await wake.recv()  # the greeting
            while True:
                await self._until_woken(stream, wake)
                began = time.perf_counter()
                await stream.send(self._woken())
                brought = await self._until_done(stream)
                self.refreshes.append(Refresh(time.perf_counter() - began, brought))

    async def _until_woken(self, stream: ClientConnection, wake: ClientConnection) -> None:
        woken, unasked = asyncio.ensure_future(wake.recv()), asyncio.ensure_future(stream.recv())
        try:
            while not woken.done():
                await asyncio.wait({woken, unasked}, return_when=asyncio.FIRST_COMPLETED)
                if unasked.done():
                    self.idle_bytes += len(unasked.result())
                    unasked = asyncio.ensure_future(stream.recv())
        finally:
            for waiting in (woken, unasked):
                waiting.cancel()
            await asyncio.gather(woken, unasked, return_exceptions=True)

    def _woken(self) -> bytes:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.cached_message_hashes.extend(self._known)
        state = message.rerun_script.widget_states.widgets.add()
        state.id = EAR_EVENTS.format(id=self._ear)
        state.json_trigger_value = json.dumps([{"event": "woken", "value": {}}])
        return bytes(message.SerializeToString())

    async def _until_done(self, stream: ClientConnection) -> int:
        brought = 0
        while True:
            data = await stream.recv()
            brought += len(data)
            message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
            if message.hash and message.metadata.cacheable:
                self._known.add(message.hash)
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.new_element.WhichOneof("type") == "bidi_component":
                component = message.delta.new_element.bidi_component
                self._ear, self._address = component.id, json.loads(component.json)["address"]
            if kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return brought


@asynccontextmanager
async def viewers(host: str, query: str, count: int) -> AsyncIterator[Sequence[Viewer]]:
    """Open so many tabs one after the other, and let them follow their page until the block ends."""
    opened = [Viewer(host, query) for _ in range(count)]
    streams: list[ClientConnection] = []
    following: list[asyncio.Task[None]] = []
    try:
        for viewer in opened:
            stream = await connect(f"ws://{host}/_stcore/stream", subprotocols=["streamlit"], max_size=BIG)  # type: ignore[list-item]
            streams.append(stream)
            await viewer.open(stream)
            following.append(asyncio.create_task(viewer.follow(stream)))
        await asyncio.sleep(1)
        yield opened
        for task in following:
            if task.done():
                task.result()  # raises what went wrong
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        for stream in streams:
            await stream.close()
