"""What the address bar asks for: which runs, the baseline, how many of their rows, and how the page's controls stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import streamlit as st

Parameters = list[tuple[str, str]]
PAGE, TITLE, CONTROLS, VISIT = "open_page", "page_title", "page_controls", "page_visit"
Value = str | bool | float | tuple[str, ...] | None

_OTHERS = ("run", "baseline", "until", "token")


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


def enter(page: str, title: str, controls: Mapping[str, Value]) -> int:
    """Note which page is open, by its path in the address, its title, and the defaults of its controls.

    Returns the number of this visit, which is another on another page.
    """
    if st.session_state.get(PAGE) != page:
        st.session_state[VISIT] = st.session_state.get(VISIT, 0) + 1
    st.session_state[PAGE], st.session_state[TITLE], st.session_state[CONTROLS] = page, title, controls
    return int(st.session_state[VISIT])


def page() -> str:
    """Return the path of the page that is open, "" for the first one."""
    return str(st.session_state.get(PAGE, ""))


def title() -> str:
    """Return what the page that is open is called."""
    return str(st.session_state.get(TITLE, ""))


def choose(*runs: str, baseline: str | None = None) -> None:
    """Make the address bar ask for these runs and nothing older: in one step, and so one way back."""
    st.query_params.update({"run": list(runs), "baseline": [] if baseline is None else [baseline], "until": []})


def controls() -> Parameters:
    """Return how every control of the open page stands, those at their defaults too: a default may be another one tomorrow."""
    known: Mapping[str, Value] = st.session_state[CONTROLS]
    others = [name for name in st.query_params if name not in known and name not in _OTHERS]
    stands = {name: _stands(name, default) for name, default in known.items()}
    stands |= {name: st.query_params.get_all(name) for name in others}
    return [(name, word) for name, said in stands.items() for word in said]


def moved_controls() -> Parameters:
    """Return the controls of the open page that do not stand at their default."""
    known: Mapping[str, Value] = st.session_state[CONTROLS]
    return [(name, word) for name, word in controls() if [word] != words(known.get(name))]


def _stands(name: str, default: Value) -> list[str]:
    if name in st.session_state:
        return words(st.session_state[name])
    return st.query_params.get_all(name) or words(default)


def words(value: object) -> list[str]:
    """Return a control's value as the address holds it: one word, or one for each of several choices."""
    if value is None:
        return []
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, float):
        return [f"{value:g}"]
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(each) for each in value] or [""]
    return [str(value)]


def _rows(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
