"""The Chromium of the machine, for tests of what only a browser shows."""

from __future__ import annotations

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def chromium() -> str:
    """Return the path of the machine's Chromium; without one the test is skipped, and fails where CI is set."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("no Chromium on this machine, and CI has to have one")
    return found or pytest.skip("no Chromium on this machine")
