"""The entry point of the app: `streamlit run app.py [-- ROOT...]`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

import trainmon.charts  # noqa: F401  the first visitor need not wait for Altair and pandas to be imported
from pages._parts import hub, live_updates, share, wake
from pages._parts.gate import Gate


@asynccontextmanager
async def watching(_: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Watch the roots from the start, so that the first visitor finds the runs read, and stop with the server."""
    hub.open_roots()
    live_updates.freeze_imports()
    share.announce()
    yield None
    hub.close()


app = st.App("pages/_main.py", routes=[wake.ROUTE], lifespan=watching, middleware=[Middleware(Gate)])

if __name__ == "__main__":
    app.run()
