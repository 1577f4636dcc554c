"""The table of all runs: its columns, their order and their formats."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from pages._parts.places import places_column
from pages._parts.worded import Words
from trainmon import wording
from trainmon.analysis.figures import Figures
from trainmon.comparison.overview import Listed, setting_values

RUN = "Run"
ROW_HEIGHT, MOST_ROWS = 35, 18  # pixels, and the rows that are seen without scrolling in the table
MOST_LETTERS, RUN_WIDTH = 21, 180  # of a run's name: the table cuts what is too wide for its column without a sign
WORD_JOINER, EM_SPACE = "\u2060", "\u2003"
LEAST_LETTERS, LETTERS_IN_AN_EM = 8, 4  # narrow letters: 28 pixels, 44 with what the button adds on both sides

_column = st.column_config
LOOKS: dict[str, Any] = {
    "State": _column.TextColumn(width=105),
    "Finding": _column.TextColumn(width=190),
    "Progress": _column.ProgressColumn(format="%d %%", width=100, min_value=0, max_value=100),
    "Ends": _column.DatetimeColumn(format="D MMM HH:mm", width=95, help="When the plan will be done at the pace so far"),
    "Last loss": _column.NumberColumn(width=80),
    "Best loss": _column.NumberColumn(width=80),
    "at step": _column.NumberColumn(width=75, help="The step of the best loss, as logged"),
    "at epoch": _column.NumberColumn(width=85, help="The epoch of the best loss, as logged"),
    "at row": _column.NumberColumn(width=75, help="The row of the best loss: these logs count nothing else"),
    "at": _column.TextColumn(width=100, help="Where the best loss was logged"),
    "Best valid.": _column.NumberColumn(width=85, help="The lowest validation loss"),
    "Trend": _column.LineChartColumn(width=100, help="The mean train loss of thirty equal parts of the run"),
    "Last row": _column.DatetimeColumn(format="distance", width=120),
    "Attempts": _column.NumberColumn(width=80),
    "Rows": _column.NumberColumn(width=95),
    "Tags": _column.ListColumn(width=150),
    "Folder": _column.TextColumn(width=420),
}
WORDS: Words = {
    **dict.fromkeys(("Last loss", "Best loss", "Best valid."), wording.loss),
    **dict.fromkeys(("at step", "at epoch", "at row", "Rows"), wording.count),
}


def table(runs: Sequence[Listed], settings: Sequence[str]) -> pd.DataFrame:
    """Return the runs as rows, with a column for each of the named settings."""
    analyses = [each.analysis for each in runs]
    columns: dict[str, Any] = {
        RUN: [_button(each.run.name) for each in analyses],
        "State": [wording.state_cell(each.state.word) for each in analyses],
        "Finding": [each.finding for each in runs],
        **{f"{name} (setting)" if name in (RUN, *LOOKS) else name: setting_values(runs, name) for name in settings},
        "Progress": _numbers([_percent(each.progress.fraction) for each in analyses]),
        "Ends": _local([each.ends for each in runs]),
        "Last loss": _numbers([_last(each.train) for each in analyses]),
        "Best loss": _numbers([each.train.best if each.train else None for each in analyses]),
        **_best_places([each.train for each in analyses]),
        "Best valid.": _numbers([each.eval.best if each.eval else None for each in analyses]),
        "Trend": [each.lasting.trend.astype(np.float32) for each in runs],
        "Last row": pd.to_datetime(_numbers([each.timing.last_row for each in analyses]), unit="s", utc=True),
        "Attempts": np.array([len(each.run.attempts) for each in analyses], dtype=np.int32),
        "Rows": np.array([each.run.rows.count for each in analyses], dtype=np.int32),
        "Tags": [list(each.run.tags) for each in analyses],
        "Folder": [str(each.run.path) for each in analyses],
    }
    used = {"Ends": any(each.ends for each in runs), "Tags": any(each.run.tags for each in analyses)}
    return pd.DataFrame({name: cells for name, cells in columns.items() if used.get(name, True)})


def looks(drawn: pd.DataFrame, button: str, on_click: Callable[..., None], ids: Sequence[str]) -> dict[str, Any]:
    """Return how each column is shown.

    A run's name calls `on_click(button, ids)`, while the state holds under `button` which row it is of. It is a button since
    a table that gets the focus selects its first cell: a tap on the header would look like a click on a name.
    """
    run = _column.ButtonColumn(
        type="tertiary", alignment="left", width=RUN_WIDTH, pinned=True, key=button, on_click=on_click, args=(button, ids)
    )
    return {RUN: run, **{name: look for name, look in LOOKS.items() if name in drawn}}


def words(drawn: pd.DataFrame) -> Words:
    """Return what the figures of each column are written with."""
    numbers = {str(name) for name in drawn.columns if drawn[name].dtype == np.float64}
    return {**WORDS, **dict.fromkeys(numbers.difference(LOOKS), wording.cell)}


def height(rows: int) -> int:
    """Return the height of a table in pixels, its header and border included."""
    return ROW_HEIGHT * (min(rows, MOST_ROWS) + 1) + 2


def _button(name: str) -> str:
    """Return a run's name as a button is labelled, where it is taken for neither a list of actions nor an icon.

    A button is as wide as its label: spaces behind a short name leave room for a finger.
    """
    short = wording.short_name(name, MOST_LETTERS)
    room = EM_SPACE * math.ceil((LEAST_LETTERS - len(short)) / LETTERS_IN_AN_EM)
    return f"{WORD_JOINER if short.startswith(('[', ':')) else ''}{short}{room}"


def _best_places(trains: Sequence[Figures | None]) -> dict[str, Any]:
    """Return the column of where the best losses stand: in numbers or in words."""
    counted = list({each.counted for each in trains if each is not None}) or ["step"]
    known = [None if each is None or each.best_step is None else (each.best_step, each.counted) for each in trains]
    alike = len(counted) == 1
    return {wording.at_heading(counted[0] if alike else ""): places_column(known, alike=alike)}


def _percent(fraction: float | None) -> int | None:
    return None if fraction is None else wording.whole_percent(fraction)


def _last(train: Figures | None) -> float | None:
    return None if train is None or train.never_filled else train.final


def _numbers(values: Sequence[float | None]) -> pd.Series[float]:
    return pd.Series(np.array(values, dtype=np.float64))


def _local(moments: Sequence[float | None]) -> pd.Series[pd.Timestamp]:
    """Return moments as the clock of this machine shows them, as in all sentences of the app."""
    clocks = [None if moment is None else datetime.fromtimestamp(moment) for moment in moments]
    return pd.Series(clocks, dtype="datetime64[ms]")
