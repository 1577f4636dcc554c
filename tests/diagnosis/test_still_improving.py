"""A loss that falls at its end."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import inputs, noise
from trainmon.diagnosis.still_improving import find_still_improving


def test_a_loss_that_falls_to_the_last_row_is_still_improving_only_where_validation_agrees() -> None:
    losses = np.linspace(3, 1, 200) + 0.01 * noise(200)
    assert [each.kind for each in find_still_improving(inputs(losses))] == ["still_improving"]
    assert list(find_still_improving(inputs(losses, np.linspace(1, 2, 20)))) == []


def test_a_loss_at_rest_does_not_improve() -> None:
    assert list(find_still_improving(inputs(0.5 + np.exp(-np.arange(300) / 20) + 0.002 * noise(300)))) == []
