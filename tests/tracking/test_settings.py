"""What a tracker may be told."""

from __future__ import annotations

import math
from typing import Any

import pytest

from trainmon.errors import UsageError
from trainmon.tracking.tracker import MetricsTracker


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"output_dir": 3}, "output_dir must be a path; got 3 (int)"),
        ({"name": 3}, "name must be a string or None; got 3 (int)"),
        ({"tags": "a"}, "tags must be a list or tuple of strings; got 'a' (str)"),
        ({"notes": None}, "notes must be a string; got None (NoneType)"),
        (
            {"config": 3},
            "config must be a mapping, a dataclass, a namespace, something with to_dict(), or None; got 3 (int)",
        ),
        ({"total_steps": 0}, "total_steps must be a number above 0 or None; got 0"),
        ({"total_epochs": math.nan}, "total_epochs must be a number above 0 or None; got nan"),
        ({"resume": "maybe"}, "resume must be 'allow', 'must' or 'never'; got 'maybe' (str)"),
        ({"monitor": 3}, "monitor must be a PerformanceMonitor or None; got 3 (int)"),
    ],
)
def test_wrong_setting_raises_at_once_and_says_what_is_valid(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        MetricsTracker(**arguments)
    assert str(raised.value) == message
