"""What the address bar asks for: which runs, the baseline, and how many of their rows."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class ViewState:
    """The part of the URL that is bound to no widget: a widget would swap an unknown run for another without a word.

    `until` has one entry for each of `runs`: the number of rows to look at, None for all; `ignored` what made no sense.
    """

    runs: tuple[str, ...] = ()
    baseline: str | None = None
    until: tuple[int | None, ...] = ()
    ignored: tuple[str, ...] = ()

    def parameters(self, *runs: str) -> dict[str, list[str]]:
        """Return query parameters that lead to the same runs on another page, or to `runs` where any are given."""
        if runs:
            return {"run": list(runs)}
        found = {"run": list(self.runs), "until": [str(rows) for rows in self.until if rows is not None]}
        found["baseline"] = [self.baseline] if self.baseline else []
        return {name: values for name, values in found.items() if values}


def read() -> ViewState:
    """Return what the address bar asks for now."""
    runs = tuple(dict.fromkeys(run for run in st.query_params.get_all("run") if run))
    asked = st.query_params.get_all("until")
    until = [_rows(text) for text in asked][: len(runs)]
    until += [None] * (len(runs) - len(until))
    ignored = tuple(f"until={text}" for text in asked if text and _rows(text) is None)
    return ViewState(runs, st.query_params.get("baseline") or None, tuple(until), ignored)


def choose(*runs: str, baseline: str | None = None) -> None:
    """Make the address bar ask for these runs and nothing older."""
    for name in ("run", "baseline", "until"):
        if name in st.query_params:
            del st.query_params[name]
    if runs:
        st.query_params["run"] = list(runs)
    if baseline is not None:
        st.query_params["baseline"] = baseline


def _rows(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
