"""The frame of the app: page configuration, navigation, and the sidebar that all pages share."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages._parts import live_updates, run_picker, view_state

PAGES = {
    "live.py": ("Live status", ":material/monitor_heart:"),
    "loss.py": ("Loss curves", ":material/show_chart:"),
    "memory.py": ("Memory usage", ":material/memory:"),
    "report.py": ("Final report", ":material/description:"),
    "compare.py": ("Run comparison", ":material/compare_arrows:"),
}
FIRST = "live.py"
ICON = Path(__file__).parent / "_parts" / "icon.svg"
# Streamlit writes white on the accent, too faint on the light blue of the dark theme.
DARK_CHIPS = "<style>[data-tag] * { color: #12171C }</style>"


def main() -> None:
    """Run the page that the address names inside the frame."""
    live_updates.freeze_imports()
    pages = [st.Page(path, title=title, default=path == FIRST) for path, (title, _) in PAGES.items()]
    page = st.navigation(pages, position="hidden")
    st.set_page_config(page_title=f"{page.title} · trainmon", page_icon=str(ICON), layout="wide")
    if st.context.theme.type == "dark":
        st.html(DARK_CHIPS)
    with st.sidebar:
        sidebar()
    page.run()


def sidebar() -> None:
    """Draw the links to the pages, which carry the chosen runs along, and the list of runs."""
    view = view_state.read()
    st.subheader("trainmon", anchor=False)
    for path, (title, icon) in PAGES.items():
        st.page_link(path, label=title, icon=icon, query_params=view.parameters(), width="stretch")
    st.divider()
    run_picker.sidebar(view)


main()
