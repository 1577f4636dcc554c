"""A loss that steps down at each epoch."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import falling, inputs, noise, of
from trainmon.diagnosis.memorising import find_memorising
from trainmon.stats.arrays import Floats


def staircase(levels: list[float], each: int = 60) -> Floats:
    """Return a loss that stays on each level for so many rows."""
    return np.repeat(levels, each) * np.exp(0.03 * noise(each * len(levels)))


def test_steps_at_equal_distances_are_found_at_their_rows() -> None:
    (found,) = find_memorising(inputs(staircase([2.4, 1.5, 0.9, 0.6])))
    assert found.severity == "info"
    assert np.abs(np.array(found.rows) - [60, 120, 180]).max() <= 3
    assert found.value("steps") == 3


def test_what_is_nearly_known_by_heart_is_a_notice() -> None:
    (found,) = find_memorising(inputs(staircase([2.4, 1.2, 0.5, 0.2])))
    assert found.severity == "notice"


def test_it_is_told_while_the_run_goes_on() -> None:
    losses = staircase([2.4, 1.5, 0.9, 0.6])
    assert [len(list(find_memorising(inputs(losses[:rows])))) for rows in (100, 150, 200)] == [0, 1, 1]


def test_a_loss_that_falls_all_along_has_no_steps() -> None:
    for seed in range(5):
        assert list(find_memorising(inputs(falling(240, 0.05, seed)))) == []


def test_steps_at_unequal_distances_are_no_epochs() -> None:
    losses = np.repeat([2.4, 1.5, 0.9], [120, 40, 80]) * np.exp(0.03 * noise(240))
    assert list(find_memorising(inputs(losses))) == []


def test_steps_of_the_learning_rate_are_no_epochs() -> None:
    rate = of(np.repeat([1e-3, 1e-4, 1e-5, 1e-6], 60), "lr")
    assert list(find_memorising(inputs(staircase([2.4, 1.5, 0.9, 0.6]), learning_rate=rate))) == []


def test_where_there_is_a_validation_it_tells_more() -> None:
    losses = staircase([2.4, 1.5, 0.9, 0.6])
    assert list(find_memorising(inputs(losses, losses[::10]))) == []
