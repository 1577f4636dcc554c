from __future__ import annotations

import numpy as np
import pytest

from trainmon.demo.network import CLIP_NORM, clip, loss_and_gradients, make_weights, mean_loss
from trainmon.demo.sentences import ALPHABET, CONTEXT, make_dataset


def test_every_gradient_agrees_with_the_difference_quotient() -> None:
    generator = np.random.default_rng(1)
    batch = make_dataset(16, generator)
    weights = {name: weight.astype(np.float64) for name, weight in make_weights(24, generator).items()}
    _, gradients = loss_and_gradients(weights, batch)  # type: ignore[arg-type]
    for name, gradient in gradients.items():
        at = np.unravel_index(np.argmax(np.abs(gradient)), gradient.shape)
        sides = []
        for shift in (1e-5, -1e-5):
            moved = {**weights, name: weights[name].copy()}
            moved[name][at] += shift
            sides.append(mean_loss(moved, batch))  # type: ignore[arg-type]
        assert (sides[0] - sides[1]) / 2e-5 == pytest.approx(float(gradient[at]), rel=1e-5)


def test_an_untrained_network_is_about_as_good_as_guessing() -> None:
    generator = np.random.default_rng(0)
    data = make_dataset(500, generator)
    assert mean_loss(make_weights(24, generator), data) == pytest.approx(np.log(len(ALPHABET)), abs=0.2)


def test_long_gradients_are_shortened_and_their_norm_is_told() -> None:
    gradients = {"a": np.full(4, 3, np.float32), "b": np.zeros(2, np.float32)}
    assert clip(gradients) == pytest.approx(6)
    assert clip(gradients) == pytest.approx(CLIP_NORM)


def test_each_window_is_followed_by_the_character_after_it() -> None:
    data = make_dataset(100, np.random.default_rng(3))
    assert data.windows.shape == (100, CONTEXT)
    assert np.array_equal(data.windows[1:, -1], data.following[:-1])


def test_the_same_seed_makes_the_same_sentences() -> None:
    first, again, other = (make_dataset(200, np.random.default_rng(seed)).following for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
