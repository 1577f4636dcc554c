"""Where a tracker of a test logs, and how long it waits."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints"
