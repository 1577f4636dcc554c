"""Which runs a page is about: those that the address bar names, else the only one there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import streamlit as st

from pages._parts import hub, view_state
from pages._parts.view_state import ViewState
from trainmon import wording
from trainmon.analysis import Analysis, Which, analyse
from trainmon.runs.run import Run

WIDGET = "run_picker"
HIDDEN = "hidden"  # the parameter and the control that list runs which are hidden too


@dataclass(frozen=True)
class Chosen:
    """A run as the address bar asks for it: as a whole or one attempt, all its rows or the first `until`."""

    run: Run
    attempt: int | None = None
    until: int | None = None

    @property
    def key(self) -> str:
        """What the address bar calls it."""
        return self.run.id if self.attempt is None else f"{self.run.id}@{self.attempt}"

    def analysis(self, which: Which = "judged") -> Analysis:
        """Return what the run says at this moment."""
        return self._analysis(which, self.attempt)

    def attempts(self) -> list[Analysis]:
        """Return what each attempt of the run says by itself."""
        return [self._analysis("judged", attempt.number) for attempt in self.analysis().run.attempts]

    def _analysis(self, which: Which, attempt: int | None) -> Analysis:
        memo = hub.library().memo_of(self.run)
        return analyse(self.run, now=hub.now(), until=self.until, which=which, attempt=attempt, memo=memo)


def resolve(key: str, until: int | None = None) -> Chosen:
    """Return the run or attempt that `key` names; raises UnknownRunError where there is none, or was none at row `until`."""
    run, attempt = hub.library().resolve(key)
    found = Chosen(run, attempt, until)
    if attempt is not None and until is not None:
        found.analysis()  # knows whether the attempt had begun
    return found


def chosen(view: ViewState) -> Chosen | None:
    """Return the one run to show, None where several are there and none is named; raises UnknownRunError."""
    if view.runs:
        return resolve(view.runs[0], view.until[0])
    runs = hub.library().runs()
    return Chosen(runs[0]) if len(runs) == 1 else None


def not_hidden(runs: Sequence[Run], named: Collection[str] = ()) -> list[Run]:
    """Return the runs to list: those that are not hidden or are `named`, and all where the visitor asks for that."""
    everything = st.session_state.get(HIDDEN, st.query_params.get(HIDDEN) == "true")
    return [run for run in runs if everything or not run.hidden or run.id in named]


def labels(runs: Sequence[Run]) -> dict[str, str]:
    """Return what each run is called in a list, by its id: the end of the id tells those of the same name apart."""
    names = Counter(run.name for run in runs)
    return {run.id: wording.run_label(run.name, run.id if names[run.name] > 1 else "", run.tags) for run in runs}


def sidebar(view: ViewState) -> None:
    """Draw the list of runs to choose from, the newest first."""
    everything = hub.library().runs()
    if not everything:
        return
    current = view.runs[0].partition("@")[0] if view.runs else everything[0].id if len(everything) == 1 else None
    names = labels(not_hidden(everything, [current] if current else ()))
    st.session_state[WIDGET] = current if current in names else None
    st.selectbox(
        "Run",
        list(names),
        format_func=names.__getitem__,
        key=WIDGET,
        placeholder=wording.choose_run(len(names)),
        on_change=_open,
    )
    if len(everything) > 1:
        st.button("All runs", icon=":material/list:", type="tertiary", disabled=not view.runs, on_click=view_state.choose)


def _open() -> None:
    key = st.session_state[WIDGET]
    view_state.choose(*([key] if key else []))
