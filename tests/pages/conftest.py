"""Opens pages on folders of a test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from pages._parts import hub
from pages._parts.page import Page
from tests.waiting import PATIENCE, wait_until
from trainmon.analysis import state

MAIN = Path(__file__).parents[2] / "pages" / "_main.py"
SCRIPTS = sorted(file.name for file in MAIN.parent.glob("[a-z]*.py"))
PAGES: dict[str, Page] = {name: import_module(f"pages.{name.removesuffix('.py')}").PAGE for name in SCRIPTS}
Open = Callable[..., AppTest]


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that opens a page over some roots, with query parameters, and runs it once."""
    monkeypatch.setattr(type(st.context), "cookies", {})  # a browser that was never here
    monkeypatch.setattr(hub, "FIRST_READ_SECONDS", PATIENCE)
    monkeypatch.setattr(state, "LEAST_SILENCE", PATIENCE)  # a run that ended a moment before the page opened still runs

    def open_one(*roots: Path, page: str = "live.py", **query: str | list[str]) -> AppTest:
        monkeypatch.setenv("TRAINMON_ROOTS", os.pathsep.join(map(str, roots)))
        app = AppTest.from_file(str(MAIN), default_timeout=PATIENCE)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        if page != "live.py":
            app.switch_page(page)
            for name, value in query.items():
                app.query_params[name] = value
            app.run()
        return app

    yield open_one
    hub.close()


def run_until(app: AppTest, condition: Callable[[], bool]) -> None:
    """Draw the page anew, as a browser does that is woken, until the condition holds."""

    def holds() -> bool:
        app.run()
        assert not app.exception
        return condition()

    wait_until(holds, lambda: f"the page never came to show it:\n{words(app)}")


def words(app: AppTest) -> str:
    """Return all that a page says, without the backslashes that keep Markdown off."""
    blocks = [*app.header, *app.subheader, *app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.code]
    cards = [f"{metric.label} {metric.value}" for metric in app.metric]
    tables = [table.value.to_csv() for table in [*app.table, *app.dataframe]]
    return "\n".join([*(str(block.value) for block in blocks), *cards, *tables]).replace("\\", "").replace("\u2060", "")


def run_names(app: AppTest) -> list[str]:
    """Return the names in the table of all runs, without the room that short ones are given."""
    assert not app.exception
    return [name.rstrip("\u2003") for name in app.dataframe[0].value["Run"]] if app.dataframe else []


def table_words(app: AppTest) -> pd.DataFrame:
    """Return the words of a page's first table, which stand where its numbers are."""
    return convert_arrow_bytes_to_pandas_df(app.dataframe[0].proto.arrow_data.styler.display_values)
