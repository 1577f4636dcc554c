"""Single values far above both sides of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.diagnosis.curves import falling, inputs, noise
from trainmon.diagnosis.spikes import find_spikes


def test_spikes_are_found_at_their_rows() -> None:
    losses = falling(200)
    losses[[60, 110, 150]] *= 3
    (found,) = find_spikes(inputs(losses))
    assert (found.severity, found.rows) == ("warning", (60, 110, 150))


def test_the_first_values_after_a_resume_are_no_spikes() -> None:
    losses = falling(200)
    losses[100:110] *= 1 + 4 * 0.6 ** np.arange(10)
    assert [each.rows for each in find_spikes(inputs(losses))] == [(100,)]
    assert list(find_spikes(replace(inputs(losses), resumes=(100,)))) == []


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
    tails = 0.15 * np.random.default_rng(2).standard_t(5, 200_000)
    assert list(find_spikes(inputs(falling(200_000, 0.0) * np.exp(tails)))) == []


@pytest.mark.parametrize("at", [199, 198, 190, 100])
def test_one_value_of_110_between_values_of_9_is_a_spike_wherever_it_is(at: int) -> None:
    losses = 9 * np.exp(0.03 * noise(200))
    losses[at] = 110.0
    (found,) = find_spikes(inputs(losses))
    assert found.rows == (at,)


def test_bursts_that_take_many_rows_to_come_back_are_spikes() -> None:
    rows, losses = np.arange(600), falling(600)
    for start in (200, 300, 400, 500):
        losses *= 1 + 9 * np.where(rows >= start, np.exp(-(rows - start) / 20), 0)
    (found,) = find_spikes(inputs(losses))
    assert found.severity == "warning"
    assert [row // 100 for row in found.rows] == [2, 3, 4, 5]


def test_a_step_up_that_stays_is_no_spike() -> None:
    losses = (1 + 0.02 * noise(300)) * np.where(np.arange(300) < 150, 1, 3)
    assert list(find_spikes(inputs(losses))) == []
