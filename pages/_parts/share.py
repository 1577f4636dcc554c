"""The panel behind *Share*: a link to this moment, a link that goes on, and the report as a file."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from time import time

import streamlit as st
from streamlit import config

from pages._parts import hub, live_switch, view_state
from pages._parts.text import plain_text
from pages._parts.view_state import Parameters
from trainmon import wording
from trainmon.analysis import Analysis, analyse
from trainmon.commands import sharing
from trainmon.commands.answers import say
from trainmon.commands.sharing import Reach
from trainmon.errors import UsageError
from trainmon.reports.html import report_html
from trainmon.reports.redaction import redacted

PANEL, PINNED = "share", "share_pinned"
MOST_REPORTS = 6  # of a comparison: more buttons than that are no help


def panel(subjects: Sequence[Analysis], baseline: str | None = None) -> None:
    """Draw the button, and what is behind it once it is open: the links to this page about `subjects` (none: all runs)."""
    opened = st.popover("Share", icon=":material/share:", type="tertiary", key=PANEL, on_change="rerun")
    if not opened.open:
        st.session_state.pop(PINNED, None)
        return
    with opened:
        try:
            base, reach = _address()
        except UsageError as error:
            st.error(plain_text(str(error)), icon=":material/link_off:")
        else:
            links(base, subjects, baseline)
            limits(reach)
        files(subjects)


def links(base: str, subjects: Sequence[Analysis], baseline: str | None) -> None:
    """Draw both links, each with its own button that copies it."""
    page = view_state.page()
    runs: Parameters = [("run", key_of(each)) for each in subjects]
    baseline = baseline or view_state.read().baseline
    chosen: Parameters = [*runs, *([("baseline", baseline)] if baseline is not None else [])]
    pinned: Parameters = [("until", str(rows)) for rows in _pinned(subjects)]
    controls = view_state.controls()
    if subjects:
        _link(wording.SNAPSHOT, wording.SNAPSHOT_HELP, sharing.link(base, page, [*chosen, *pinned, *controls]))
    else:
        st.caption(wording.NOTHING_TO_PIN)
    live = [(name, live_switch.ON if name == live_switch.PARAMETER else word) for name, word in controls]
    _link(wording.FOLLOWING, wording.FOLLOWING_HELP, sharing.link(base, page, [*chosen, *live]))


def _link(title: str, about: str, url: str) -> None:
    st.markdown(f"**{title}:** {about}")
    st.code(url, language=None, wrap_lines=True)


def key_of(analysis: Analysis) -> str:
    """Return what the address calls the run, or the attempt of it, that an analysis is about."""
    return analysis.run.id if analysis.attempt is None else f"{analysis.run.id}@{analysis.attempt}"


def _pinned(subjects: Sequence[Analysis]) -> list[int]:
    """Return how many rows of each run there were when the panel was opened: a link that changes cannot be copied."""
    rows: dict[str, int] = st.session_state.setdefault(PINNED, {})
    for each in subjects:
        rows.setdefault(key_of(each), each.run.rows.count if each.until is None else each.until)
    return [rows[key_of(each)] for each in subjects]


def limits(reach: Reach) -> None:
    """Say who can open the links, and what to do where that is nobody else."""
    if reach == "machine":
        st.warning(wording.ONLY_THIS_MACHINE, icon=":material/lan:")
        for words, command in wording.ways_to_share(_port(), socket.gethostname()):
            st.caption(words)
            if command:
                st.code(command, language=None, wrap_lines=True)
    else:
        st.caption(wording.LINK_HOLDS_TOKEN if sharing.token() is not None else wording.NO_TOKEN)


def files(subjects: Sequence[Analysis]) -> None:
    """Draw the buttons that make the HTML report of each run when they are pressed."""
    shown = [each for each in subjects if each.run.rows.count][:MOST_REPORTS]
    if not shown:
        return
    st.markdown(f"**{wording.REPORT_FILE}**")
    st.caption(wording.WHY_A_FILE)
    for each in shown:
        with st.container(horizontal=True, gap="small"):
            named = plain_text(each.run.name) if len(shown) > 1 else ""
            _download(f"HTML {named}".strip(), f"{each.run.id}.html", each, redact=False)
            _download(wording.WITHOUT_NAMES, "report.html", each, redact=True)


def _download(label: str, name: str, analysis: Analysis, *, redact: bool) -> None:
    key = f"share_{key_of(analysis)}_{redact}"
    st.download_button(label, _maker(analysis, redact), name, "text/html", icon=":material/download:", on_click="ignore", key=key)


def _maker(analysis: Analysis, redact: bool) -> Callable[[], bytes]:
    """Return what makes the report of what the page shows; it is called outside of any session."""
    run = hub.library().get(analysis.run.id)  # the one of `analysis` may be cut off
    paused = live_switch.held() is not None

    def make() -> bytes:
        now = analysis.now if paused else time()
        about = analyse(redacted(run) if redact else run, now=now, until=analysis.until, attempt=analysis.attempt)
        return report_html(about).encode()

    return make


def announce() -> None:
    """Print the link, once the server knows its port, where visitors have to bring a token."""
    if sharing.token() is None:
        return
    try:
        base, reach = sharing.base_address(_own_address(), _bound(), _port())
    except UsageError as error:
        say(str(error))
    else:
        link = sharing.link(base, "", [])
        say(wording.shared_nowhere(link) if reach == "machine" else wording.shared_at(link))


def only_for_its_owner() -> bool:
    """Return whether nobody but the machine's own users can come here: only they may start anything on it."""
    return sharing.token() is None and not sharing.everywhere(_bound()) and sharing.loopback(_bound())


def _address() -> tuple[str, Reach]:
    seen = (st.context.url or _own_address()).rstrip("/")
    page = view_state.page()
    return sharing.base_address(seen.removesuffix(f"/{page}") if page else seen, _bound(), _port())


def _own_address() -> str:
    scheme = "https" if config.get_option("server.sslCertFile") else "http"
    below = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"{scheme}://127.0.0.1:{_port()}/{below}".rstrip("/")


def _bound() -> str | None:
    bound: str | None = config.get_option("server.address")
    return bound


def _port() -> int:
    return int(config.get_option("server.port"))
