"""Available memory that swings."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import in_memory, of_memory


def test_memory_that_jumps_from_batch_to_batch_swings() -> None:
    memory = 8_000 - 3_000 * np.random.default_rng(1).random(200)
    assert [each.kind for each in in_memory(of_memory(memory))] == ["memory_swings"]
