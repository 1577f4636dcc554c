"""Where real logs lie that are not part of the repository, for tests that use them where they are there."""

from __future__ import annotations

from pathlib import Path

import pytest

REAL = Path(__file__).parents[2] / "shared" / "data" / "real"
COACH = REAL / "trainmon_native" / "coach_ai"

needs_real_logs = pytest.mark.skipif(not COACH.is_dir(), reason="the real logs are not beside this checkout")
