"""The diagnosis on a page: the verdict in one line, and the findings with their evidence."""

from __future__ import annotations

from typing import Literal, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._parts import tables
from pages._parts.text import plain_text
from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.said import Said, Story
from trainmon.diagnosis.finding import Diagnosis, Finding, Severity, Verdict
from trainmon.reports import told
from trainmon.reports.standing import BROKEN_OFF, verdict_words

LOOKS: dict[Severity, tuple[str, Literal["red", "orange", "blue", "gray"]]] = {
    "error": (":material/error:", "red"),
    "warning": (":material/warning:", "orange"),
    "notice": (":material/info:", "blue"),
    "info": (":material/lightbulb:", "gray"),
}
ICONS: dict[Verdict, str] = {
    "error": ":material/error:",
    "warning": ":material/warning:",
    "notice": ":material/info:",
    "healthy": ":material/check_circle:",
    "not_enough_data": ":material/hourglass_empty:",
    "nothing_to_judge": ":material/hourglass_empty:",
}


class Places(NamedTuple):
    """Where the rest of a verdict is drawn: the reasons behind a button, and since when it is known."""

    why: DeltaGenerator
    since: DeltaGenerator


def verdict(analysis: Analysis) -> Places:
    """Draw whether the run is all right in one line, and return the places of what takes longer to work out (`reasons`)."""
    said, broken_off = analysis.diagnosis.verdict, analysis.state.word in BROKEN_OFF
    line, icon = plain_text(verdict_words(analysis)), ICONS["error" if broken_off else said]
    left, right = st.columns([8, 1], vertical_alignment="center", gap="small")
    with left:
        if said == "error" or broken_off:
            st.error(line, icon=icon)
        elif said == "warning":
            st.warning(line, icon=icon)
        elif said == "healthy":
            st.success(line, icon=icon)
        else:
            st.info(line, icon=icon)
    return Places(why=right.popover("Why", width="stretch"), since=st.container())


def reasons(places: Places, analysis: Analysis, story: Story) -> None:
    """Draw since when the headline of a verdict is known, and all findings behind the button."""
    headline = analysis.diagnosis.headline
    with places.since:
        if headline is not None and (since := wording.known_since(story.of(headline))):
            st.caption(plain_text(wording.capital(since)))
    with places.why:
        everything(analysis, story)


def everything(analysis: Analysis, story: Story) -> None:
    """Draw all findings with what was looked at, the forecast of the loss, and what the saved models are worth."""
    diagnosis = analysis.diagnosis
    for finding in diagnosis.findings:
        one(finding, story.of(finding))
    st.caption(plain_text(looked(diagnosis)))
    if (end := analysis.final_loss) is not None:
        st.caption(plain_text(wording.forecast_line(end.value, end.low, end.high)))
    if analysis.saved is not None:
        st.caption(plain_text(wording.saved_line(analysis.saved)))


def looked(diagnosis: Diagnosis) -> str:
    """Return what was looked at, and that nothing was found where nothing was."""
    at = wording.looked_at(diagnosis)
    nothing = "" if diagnosis.findings else "Nothing was found. "
    return f"{nothing}Looked at: {at}." if at else "There is nothing to look at yet."


def taken_back(story: Story) -> None:
    """Draw what was said and does not stand any more."""
    tables.facts({name: f"{severity}, said {said}" for severity, name, said in told.taken_back(story).rows})


def one(finding: Finding, said: Said | None) -> None:
    """Draw one finding: what, since when it is known, what to try, and why it might be a false alarm."""
    words, (icon, colour) = wording.finding_words(finding), LOOKS[finding.severity]
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(f"{finding.severity}: {words.name}", icon=icon, color=colour)
            if finding.follows_from is not None:
                st.caption(plain_text(f"follows from: {wording.finding_name(finding.follows_from)}"), width="content")
            if said is not None:
                st.caption(plain_text(wording.known_since(said)), width="content")
        st.markdown(plain_text(words.title))
        st.markdown("\n".join(f"- {plain_text(advice)}" for advice in words.advice))
        st.caption(plain_text(wording.caveat_line(words)))
        if words.evidence:
            st.caption(plain_text(" · ".join(f"{name}: {value}" for name, value in words.evidence)))
