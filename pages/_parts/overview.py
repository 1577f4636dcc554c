"""All runs in one table: which of them runs, how far it is, and how low its loss came."""

from __future__ import annotations

import time

import pandas as pd
import streamlit as st

from pages._parts import hub, share, view_state
from trainmon import wording
from trainmon.analysis import Analysis, analyse

ORDER = "overview_order"


def all_runs(page: str) -> None:
    """Draw the table of all runs; selecting a row opens that run on the page that shows the table."""
    analyses = _in_steady_order([analyse(run, now=time.time()) for run in hub.library().runs()])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header("All runs", anchor=False)
        share.panel([])
    st.caption(wording.overview_hint(len(analyses)))
    event = st.dataframe(
        _table(analyses),
        hide_index=True,
        key=f"runs_{page}",
        on_select="rerun",
        selection_mode=["single-row", "single-cell"],
        placeholder="",
        column_config={
            "Progress": st.column_config.ProgressColumn(format="percent", width="small", min_value=0.0, max_value=1.0),
            "Last loss": st.column_config.NumberColumn(format="%.4f"),
            "Best loss": st.column_config.NumberColumn(format="%.4f"),
            "Best validation": st.column_config.NumberColumn(format="%.4f"),
            "Last row": st.column_config.DatetimeColumn(format="distance"),
        },
        alt="All runs with state, progress and loss",
    )
    picked = [*event["selection"]["rows"], *(row for row, _ in event["selection"]["cells"])]
    if picked and picked[0] < len(analyses):
        view_state.choose(analyses[picked[0]].run.id)
        st.rerun()


def _in_steady_order(analyses: list[Analysis]) -> list[Analysis]:
    """Return the runs as this session first saw them, new ones on top: a row must not move under the pointer."""
    by_id = {analysis.run.id: analysis for analysis in analyses}
    kept = [key for key in st.session_state.get(ORDER, []) if key in by_id]
    order = [key for key in by_id if key not in set(kept)] + kept
    st.session_state[ORDER] = order
    return [by_id[key] for key in order]


def _table(analyses: list[Analysis]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "State": [analysis.state.word for analysis in analyses],
            "Run": [analysis.run.name for analysis in analyses],
            "Progress": pd.Series([analysis.progress.fraction for analysis in analyses], dtype="float64"),
            "Last loss": pd.Series([analysis.train and analysis.train.final for analysis in analyses], dtype="float64"),
            "Best loss": pd.Series([analysis.train and analysis.train.best for analysis in analyses], dtype="float64"),
            "at step": pd.Series([analysis.train and analysis.train.best_step for analysis in analyses], dtype="Int64"),
            "Best validation": pd.Series([analysis.eval and analysis.eval.best for analysis in analyses], dtype="float64"),
            "Last row": _moments([analysis.timing.last_row for analysis in analyses]),
            "Attempts": [len(analysis.run.attempts) for analysis in analyses],
            "Rows": [analysis.run.rows.count for analysis in analyses],
            "Folder": [str(analysis.run.path) for analysis in analyses],
        }
    )


def _moments(seconds: list[float | None]) -> pd.Series[pd.Timestamp]:
    return pd.to_datetime(pd.Series(seconds, dtype="float64"), unit="s", utc=True)
