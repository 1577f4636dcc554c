"""The demo's model: a character network with its gradients written out by hand, and Adam."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from trainmon.demo.sentences import ALPHABET, CONTEXT, Codes, Dataset

Array = npt.NDArray[np.float32]
Weights = dict[str, Array]

EMBEDDING = 10
CLIP_NORM = 1.0


def make_weights(hidden: int, generator: np.random.Generator) -> Weights:
    """Return fresh weights, scaled so that signals keep their size (Glorot and Bengio 2010)."""
    letters, inputs = len(ALPHABET), CONTEXT * EMBEDDING

    def layer(rows: int, columns: int) -> Array:
        return generator.normal(0, np.sqrt(2 / (rows + columns)), (rows, columns)).astype(np.float32)

    return {
        "embedding": layer(letters, EMBEDDING),
        "hidden": layer(inputs, hidden),
        "hidden_bias": np.zeros(hidden, np.float32),
        "output": layer(hidden, letters),
        "output_bias": np.zeros(letters, np.float32),
    }


def mean_loss(weights: Weights, data: Dataset) -> float:
    """Return the mean cross-entropy in nats for each character."""
    _, _, log_odds = _forward(weights, data.windows)
    return float(-log_odds[np.arange(len(data)), data.following].mean())


def loss_and_gradients(weights: Weights, batch: Dataset) -> tuple[float, Weights]:
    """Return the mean cross-entropy of a batch and its gradient for each weight."""
    flat, active, log_odds = _forward(weights, batch.windows)
    picked = np.arange(len(batch)), batch.following
    loss = float(-log_odds[picked].mean())
    error = np.exp(log_odds)
    error[picked] -= 1
    error /= len(batch)
    back = (error @ weights["output"].T) * (1 - active**2)
    embedding = np.zeros_like(weights["embedding"])
    np.add.at(embedding, batch.windows, (back @ weights["hidden"].T).reshape(*batch.windows.shape, EMBEDDING))
    gradients = {
        "embedding": embedding,
        "hidden": flat.T @ back,
        "hidden_bias": back.sum(axis=0),
        "output": active.T @ error,
        "output_bias": error.sum(axis=0),
    }
    return loss, gradients


def _forward(weights: Weights, windows: Codes) -> tuple[Array, Array, Array]:
    flat = weights["embedding"][windows].reshape(len(windows), -1)
    active = np.tanh(flat @ weights["hidden"] + weights["hidden_bias"])
    scores = active @ weights["output"] + weights["output_bias"]
    scores -= scores.max(axis=1, keepdims=True)  # so that exp cannot overflow
    return flat, active, scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def clip(gradients: Weights) -> float:
    """Shorten the gradients in place to a norm of at most CLIP_NORM and return the norm that they had."""
    norm = float(np.sqrt(sum(float((gradient**2).sum()) for gradient in gradients.values())))
    if norm > CLIP_NORM:
        for gradient in gradients.values():
            gradient *= CLIP_NORM / norm
    return norm


class Adam:
    """Adam (Kingma and Ba 2015) with its usual constants; `moments` is all that a restart has to know."""

    def __init__(self, weights: Weights, moments: Mapping[str, Array] | None = None, steps: int = 0) -> None:
        self.steps = steps
        self.moments = (
            dict(moments) if moments else {f"{n}_{name}": np.zeros_like(w) for name, w in weights.items() for n in (1, 2)}
        )

    def update(self, weights: Weights, gradients: Weights, learning_rate: float) -> None:
        """Move `weights` in place by one step."""
        self.steps += 1
        for name, gradient in gradients.items():
            first, second = self.moments[f"1_{name}"], self.moments[f"2_{name}"]
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient**2 - second)
            mean, square = first / (1 - 0.9**self.steps), second / (1 - 0.999**self.steps)
            weights[name] -= learning_rate * mean / (np.sqrt(square) + 1e-8)
