"""What holds for every test: the user's own settings and roots stay out of it."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    empty: Path = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(empty))
    for variable in ("TRAINMON_ROOTS", "TRAINMON_TOKEN", "TRAINMON_PUBLIC_URL"):
        monkeypatch.delenv(variable, raising=False)
