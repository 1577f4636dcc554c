"""A training of which something is said on the way and taken back: its validation rises in the middle and falls again."""

from __future__ import annotations

import math

import numpy as np

from tests.rows import train_row

BEGINS, ENDS = 200, 400  # the rows of the hump, of 600


def hump(count: int = 600, seed: int = 0, *, leak_from: int | None = None) -> list[str]:
    """Return the first `count` of 600 rows, one a second, validated on each tenth; from a row on its memory may leak."""
    noise = 0.02 * np.random.default_rng(seed).standard_normal(600)
    return [_row(i, float(noise[i]), leak_from) for i in range(count)]


def _row(i: int, noise: float, leak_from: int | None) -> str:
    loss = 0.5 + 2.5 * math.exp(-i / 120) + noise
    height = 1.0 * max(0.0, 1 - abs(i - (BEGINS + ENDS) / 2) / ((ENDS - BEGINS) / 2))
    validation = f"{loss + 0.15 + height:.5f}" if i % 10 == 9 else ""
    lost = 12 * max(0, i - leak_from) if leak_from is not None else 0
    return train_row(i, 0, i, f"{loss:.5f}", validation, f"{8000 + 1500 * noise - lost:.0f}")
