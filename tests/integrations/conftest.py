"""What holds for every training with a library."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def _one_thread_each() -> None:
    """Train on one thread: models this small only lose by sharing the machine among several."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
