"""What a row may hold, and what a wrong value is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from trainmon.errors import UsageError
from trainmon.tracking.tracker import MetricsTracker


@pytest.mark.parametrize("name", ["loss", "val_loss", "learning_rate", "memory_mb", "elapsed_time"])
def test_wrong_type_raises_at_once_and_names_the_argument(place: Path, name: str) -> None:
    arguments: dict[str, Any] = {"epoch": 0, "step": 1, "loss": 1.0, name: "high"}
    valid = r"a number \(int, float, Decimal, or a numpy, torch or MLX scalar\) or None"
    with pytest.raises(UsageError, match=rf"^{name} must be {valid}; got 'high' \(str\)$"):
        MetricsTracker(place).log_step(**arguments)
    assert not place.exists()


def test_wrong_mean_loss_is_named_as_the_caller_wrote_it(place: Path) -> None:
    with pytest.raises(UsageError, match=r"^avg_loss must be a number"):
        MetricsTracker(place).log_epoch(0, [1.0])


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("loss", "log_epoch takes the epoch's mean loss as avg_loss"), ("step", "the row of an epoch has no step"),
        ("timestamp", "trainmon writes the time itself"), ("phase", "log_step and log_epoch write it"),
        ("elapsed_time_s", "pass elapsed_time"), (" ", "a column needs a name"),
    ],
)  # fmt: skip
def test_name_that_the_format_keeps_is_refused_with_what_to_do(place: Path, name: str, hint: str) -> None:
    metrics: dict[str, Any] = {name: 1.0}
    with pytest.raises(UsageError) as raised:
        MetricsTracker(place).log_epoch(0, 1.0, **metrics)
    assert str(raised.value) == f"{name!r} cannot be the name of a further metric: {hint}"
