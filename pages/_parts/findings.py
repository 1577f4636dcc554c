"""The diagnosis on a page: the verdict in one line, and the findings with their evidence."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from pages._parts.text import plain_text
from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.diagnosis.finding import Diagnosis, Finding, Severity, Verdict
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


def verdict(analysis: Analysis) -> None:
    """Draw whether the run is all right in one line, with the reasons behind a button."""
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
    with right, st.popover("Why", width="stretch"):
        everything(analysis)


def everything(analysis: Analysis) -> None:
    """Draw all findings with what was looked at, the forecast of the loss, and what the saved models are worth."""
    diagnosis = analysis.diagnosis
    for finding in diagnosis.findings:
        one(finding)
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


def one(finding: Finding) -> None:
    """Draw one finding: what, what to try, and why it might be a false alarm."""
    words, (icon, colour) = wording.finding_words(finding), LOOKS[finding.severity]
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(f"{finding.severity}: {words.name}", icon=icon, color=colour)
            if finding.follows_from is not None:
                st.caption(plain_text(f"follows from: {wording.finding_name(finding.follows_from)}"), width="content")
        st.markdown(plain_text(words.title))
        st.markdown("\n".join(f"- {plain_text(advice)}" for advice in words.advice))
        st.caption(plain_text(wording.caveat_line(words)))
        if words.evidence:
            st.caption(plain_text(" · ".join(f"{name}: {value}" for name, value in words.evidence)))
