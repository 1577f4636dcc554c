"""Single values far above both sides of them."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import falling, inputs
from trainmon.diagnosis.spikes import find_spikes


def test_spikes_are_found_at_their_rows() -> None:
    losses = falling(200)
    losses[[60, 110, 150]] *= 3
    (found,) = find_spikes(inputs(losses))
    assert (found.severity, found.rows) == ("warning", (60, 110, 150))


def test_a_staircase_has_no_spikes() -> None:
    losses = np.repeat([2.0, 1.2, 0.7, 0.4], 50) * np.exp(0.02 * np.random.default_rng(0).standard_normal(200))
    assert list(find_spikes(inputs(losses))) == []


def test_tails_that_are_heavy_on_both_sides_have_no_spikes() -> None:
    losses = falling(200)
    losses[[60, 110, 150]] *= 3
    losses[[50, 90, 130]] /= 3
    assert list(find_spikes(inputs(losses))) == []


def test_the_fall_at_the_start_is_no_spike() -> None:
    losses = falling(200)
    losses[:3] = [90.0, 40.0, 12.0]
    assert list(find_spikes(inputs(losses))) == []


def test_a_spike_of_validation_is_said_to_be_one() -> None:
    values = falling(40)
    values[20] *= 4
    (found,) = find_spikes(inputs(falling(200), values))
    assert (found.metric, found.case) == ("val_loss", "eval")


def test_a_spike_in_a_million_rows_is_found_at_its_row() -> None:
    losses = falling(1_000_000)
    losses[[400_123, 600_321]] *= 4
    (found,) = find_spikes(inputs(losses))
    assert found.rows == (400_123, 600_321)


def test_noise_is_no_spike_however_many_rows_there_are_of_it() -> None:
    noise = 0.15 * np.random.default_rng(2).standard_t(5, 200_000)
    assert list(find_spikes(inputs(falling(200_000, 0.0) * np.exp(noise)))) == []
