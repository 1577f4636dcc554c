"""What holds for every test: the user's own settings and roots stay out of it, and none fails because the machine is busy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.waiting import PATIENCE

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    empty: Path = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(empty))
    for variable in ("TRAINMON_ROOTS", "TRAINMON_TOKEN", "TRAINMON_PUBLIC_URL"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture(autouse=True)
def _nothing_is_given_up_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for what a training leaves behind after two seconds: on a busy machine it takes longer, and a test asks for it."""
    for limit in ("environment_thread.ENVIRONMENT_SECONDS", "environment.GIT_SECONDS", "sampling.sampler.STOP_SECONDS"):
        monkeypatch.setattr(f"trainmon.tracking.{limit}", PATIENCE)
