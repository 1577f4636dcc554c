"""The one way in which a cell says that it cannot go on."""

from __future__ import annotations


class Stop(Exception):  # noqa: N818 - what it says is no error of the program's
    """Ends a cell, and with it "Run all", with sentences for the reader."""

    def _render_traceback_(self) -> list[str]:
        """Return what Jupyter shows instead of a traceback."""
        return str(self).splitlines()
