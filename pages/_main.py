"""The frame of the app: page configuration, navigation, and the sidebar that all pages share."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import streamlit as st

from pages._parts import live_updates, run_picker, view_state
from trainmon import sharing, wording

PAGES = {
    "live.py": ("Live status", ":material/monitor_heart:"),
    "loss.py": ("Loss curves", ":material/show_chart:"),
    "memory.py": ("Memory usage", ":material/memory:"),
    "report.py": ("Final report", ":material/description:"),
    "compare.py": ("Run comparison", ":material/compare_arrows:"),
}
FIRST = "live.py"
PARTS = Path(__file__).parent / "_parts"
HISTORY = f"<script>{(PARTS / 'history.js').read_text(encoding='utf-8')}</script>"
# Streamlit writes white on the accent, too faint on the light blue of the dark theme.
DARK_CHIPS = "<style>[data-tag] * { color: #12171C }</style>"


def main() -> None:
    """Run the page that the address names inside the frame."""
    live_updates.freeze_imports()
    pages = {path: st.Page(path, title=title, default=path == FIRST) for path, (title, _) in PAGES.items()}
    page = st.navigation(list(pages.values()), position="hidden")
    st.set_page_config(page_title=f"{page.title} · trainmon", page_icon=str(PARTS / "icon.svg"), layout="wide")
    if not (sharing.knows(st.context.cookies) or sharing.allows(st.query_params.get(sharing.PARAMETER))):
        st.markdown(wording.NEEDS_TOKEN)
        return
    view_state.enter(page.url_path)
    if st.context.theme.type == "dark":
        st.html(DARK_CHIPS)
    with st.sidebar:
        sidebar()
    run(next(path for path in PAGES if pages[path].url_path == page.url_path))


def run(page: str) -> None:
    """Run the script of a page.

    Not by Streamlit's `page.run()`, which makes a control the property of its page: going back to a page, it then drops those
    of its parameters that the page after it has too. Run from here, they are the app's.
    """
    found = spec_from_file_location(f"pages.{page}", Path(__file__).parent / page)
    if found is not None and found.loader is not None:
        found.loader.exec_module(module_from_spec(found))


def sidebar() -> None:
    """Draw the links to the pages, which carry the chosen runs along (the browser adds the controls), and the list of runs."""
    view = view_state.read()
    st.subheader("trainmon", anchor=False)
    for path, (title, icon) in PAGES.items():
        st.page_link(path, label=title, icon=icon, query_params=view.parameters(), width="stretch")
    st.divider()
    run_picker.sidebar(view)
    st.html(HISTORY, unsafe_allow_javascript=True)


main()
