"""Which folders are looked at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trainmon.runs.roots import default_roots


def test_the_roots_come_from_the_arguments_then_the_environment_then_the_custom(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_roots() == [Path("checkpoints")]
    monkeypatch.setenv("TRAINMON_ROOTS", os.pathsep.join(["a", "b"]))
    assert default_roots() == [Path("a"), Path("b")]
    assert default_roots(["c"]) == [Path("c")]
