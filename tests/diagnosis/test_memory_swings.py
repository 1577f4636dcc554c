"""Available memory that swings."""

from __future__ import annotations

import numpy as np
import pytest

from tests.diagnosis.curves import in_memory, jitter, of_memory
from trainmon.stats.arrays import Floats


def test_memory_that_jumps_from_batch_to_batch_swings() -> None:
    memory = 8_000 - 3_000 * np.random.default_rng(1).random(200)
    assert [each.kind for each in in_memory(of_memory(memory))] == ["memory_swings"]


def swinging_since(onset: int, count: int = 400) -> Floats:
    jumps = 2_000 * np.random.default_rng(1).random(count)
    return 8_000 - np.where(np.arange(count) < onset, 0, jumps) + jitter(count)


@pytest.mark.parametrize(("onset", "severity"), [(384, "notice"), (300, "warning")])
def test_swings_that_began_lately_are_told_and_warned_of_once_they_last(onset: int, severity: str) -> None:
    (found,) = in_memory(of_memory(swinging_since(onset)))
    assert (found.kind, found.severity) == ("memory_swings", severity)
    assert onset <= found.rows[0] + 12


def test_validations_that_take_memory_for_some_rows_are_no_swings() -> None:
    memory = 8_000 - 2_400 * (np.arange(400) % 24 >= 20) + jitter(400)
    assert "memory_swings" not in [each.kind for each in in_memory(of_memory(memory))]
