"""The frame of the app: page configuration, navigation, and the sidebar that all pages share."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages import compare, live, loss, memory, report
from pages._parts import hub, live_switch, live_updates, run_picker, view_state
from trainmon import wording
from trainmon.commands import sharing

# A page is called, and not run by Streamlit: its controls then belong to the whole app. Streamlit forgets those of another
# page when somebody goes back to it, whatever its address says.
PAGES = {f"{module.__name__.rpartition('.')[2]}.py": module.PAGE for module in (live, loss, memory, report, compare)}
FIRST = "live.py"
PARTS = Path(__file__).parent / "_parts"
HISTORY = f"<script>{(PARTS / 'history.js').read_text(encoding='utf-8')}</script>"
ELLIPSIS = "[role=combobox] { text-overflow: ellipsis }"  # a name that is longer than its control is not to look whole
# Streamlit writes white on the accent, too faint on the light blue of the dark theme.
DARK_CHIPS = "[data-tag] * { color: #12171C }"


def main() -> None:
    """Run the page that the address names inside the frame."""
    live_updates.freeze_imports()
    pages = {path: st.Page(path, title=page.title, default=path == FIRST) for path, page in PAGES.items()}
    asked = st.navigation(list(pages.values()), position="hidden")
    st.set_page_config(page_title=f"{asked.title} · trainmon", page_icon=str(PARTS / "icon.svg"), layout="wide")
    st.html(f"<style>{ELLIPSIS} {DARK_CHIPS if st.context.theme.type == 'dark' else ''}</style>")
    if not (sharing.knows(st.context.cookies) or sharing.allows(st.query_params.get(sharing.PARAMETER))):
        st.markdown(wording.NEEDS_TOKEN)
        return
    live_switch.settle(hub.open_roots().library)
    with st.sidebar:
        sidebar()
    page = next(page for path, page in PAGES.items() if pages[path].url_path == asked.url_path)
    with place(view_state.enter(asked.url_path, page.title, page.controls)):
        page.show()


def place(visit: int) -> DeltaGenerator:
    """Return where to draw a page: in one of two places by turns, while the other is emptied.

    What the page before drew goes at once: if it went last, a control of both pages would lose its tie to the address.
    """
    if visit % 2:
        st.empty()
        return st.container()
    first = st.container()
    st.empty()
    return first


def sidebar() -> None:
    """Draw the links to the pages, which carry the chosen runs along (the browser adds the controls), and the list of runs."""
    view = view_state.read()
    kept = {**view.parameters(), **live_switch.parameters()}
    st.subheader("trainmon", anchor=False)
    for path, page in PAGES.items():
        st.page_link(path, label=page.title, icon=page.icon, query_params=kept, width="stretch")
    st.divider()
    run_picker.sidebar(view)
    st.html(HISTORY, unsafe_allow_javascript=True)


main()
