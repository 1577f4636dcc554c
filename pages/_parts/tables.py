"""Tables of what is in the files: nothing here is counted or averaged, only shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st

from pages._parts.text import plain_text
from pages._parts.worded import Words, worded
from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.epochs import EpochMeans
from trainmon.files.format import SETTINGS_TOML
from trainmon.reports.role_table import correction, folder_of, role_table
from trainmon.runs.run import Problem, Run
from trainmon.stats.arrays import Indices

PHASES = ("train", "eval", "epoch")
LAST_ROWS = 12
MOST_COLUMNS = 16
EPOCH_WORDS: Words = {
    "Epoch": wording.count,
    "Mean train loss": wording.loss,
    "Change": wording.change,
    "Validation loss": wording.loss,
    "Time": wording.duration,
}


def last_rows(run: Run) -> None:
    """Draw the newest rows of the run's file, the newest first."""
    at = np.arange(max(0, run.rows.count - LAST_ROWS), run.rows.count)[::-1]
    st.dataframe(_rows(run, at), hide_index=True, placeholder="", alt="The newest rows of the log")


def epochs(means: EpochMeans) -> None:
    """Draw each epoch with its mean train loss, how that changed, its last validation loss and the time that it took."""
    table = {
        "Epoch": means.epoch,
        "Mean train loss": means.train,
        "Change": means.change.round(9),
        "Validation loss": means.validation,
        "Time": means.seconds,
    }
    st.dataframe(
        worded(pd.DataFrame(table), EPOCH_WORDS),
        hide_index=True,
        placeholder="",
        alt="Mean loss and time of each epoch",
    )


def problems(found: Sequence[Problem]) -> None:
    """Draw what was wrong with the files."""
    lines = [wording.problem_line(problem.file, problem.line, problem.reason) for problem in found]
    st.dataframe(pd.DataFrame({"Problem": lines}), hide_index=True, alt="Problems met while reading")


def attempts(run: Run) -> None:
    """Draw where each attempt begins, how it began, and how it ended where that was recorded."""
    table = {
        "Attempt": [attempt.number for attempt in run.attempts],
        "Rows": [wording.row_range(attempt.start, attempt.stop) for attempt in run.attempts],
        "Began as": [wording.attempt_kind(attempt.resumed) for attempt in run.attempts],
        "First row": [wording.moment(run.rows.time[attempt.start]) for attempt in run.attempts],
        "Last row": [wording.moment(run.rows.time[attempt.stop - 1]) for attempt in run.attempts],
        "End recorded": [attempt.record.end or "" if attempt.record else "" for attempt in run.attempts],
    }
    st.table(pd.DataFrame(table), border="horizontal", hide_index=True)


def roles(analysis: Analysis) -> None:
    """Draw which column was taken for what, and the lines that say it better."""
    found = role_table(analysis)
    rows = [[plain_text(cell) for cell in row] for row in found.rows]
    st.table(pd.DataFrame(rows, columns=list(found.head)), border="horizontal", hide_index=True)
    if lines := correction(analysis.run):
        st.caption(plain_text(wording.where_to_correct(str(folder_of(analysis.run) / SETTINGS_TOML))))
        st.code(lines, language="toml")


def facts(pairs: Mapping[str, str]) -> None:
    """Draw names and values as two columns of text."""
    st.table(_said(tuple(pairs.items())), border="horizontal", hide_index=True, hide_header=True)


@lru_cache(maxsize=256)
def _said(pairs: tuple[tuple[str, str], ...]) -> pa.Table:
    """Return names and values as they are sent: every tab on a run shows the same ones."""
    names, values = [plain_text(name) for name, _ in pairs], [plain_text(value) for _, value in pairs]
    return pa.table({"Name": pa.array(names, pa.string()), "Value": pa.array(values, pa.string())})


def _rows(run: Run, at: Indices) -> pd.DataFrame:
    """Return rows of the file with the columns that hold anything there, in the order of the file."""
    rows = run.rows
    table: dict[str, Any] = {}
    if np.isfinite(rows.time[at]).any():
        table["time"] = [wording.moment(value) for value in rows.time[at]]
    if len(np.unique(rows.phase[at])) > 1:
        table["phase"] = [PHASES[phase] for phase in rows.phase[at]]
    for name, column in list(rows.columns.items())[:MOST_COLUMNS]:
        if column.logged[at].any():
            cells = zip(column.values[at], column.logged[at], strict=True)
            table[name] = [wording.cell(value) if logged else "" for value, logged in cells]
    return pd.DataFrame(table)
