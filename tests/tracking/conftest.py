"""Where a tracker of a test logs, and how long it waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.waiting import PATIENCE
from trainmon.tracking import environment_thread


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints"


@pytest.fixture(autouse=True)
def _no_end_before_the_machine_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment_thread, "ENVIRONMENT_SECONDS", PATIENCE)
