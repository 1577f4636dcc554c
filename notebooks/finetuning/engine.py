"""A model that is being trained, the same to the notebook on every backend."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from notebooks.finetuning.encoding import Batch

Settings = Mapping[str, Any]

TINY = {  # what config.json says of a larger model
    "hidden_size": 128, "intermediate_size": 256, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
    "vocab_size": 259,
}  # fmt: skip


class Engine(Protocol):
    """A model with LoRA and its optimiser."""

    def step(self, batches: Sequence[Batch], learning_rate: float) -> tuple[float, float]:
        """Take one step of the optimiser over all batches; return the mean loss of a token, and the norm of the gradient."""

    def loss(self, batch: Batch) -> tuple[float, int]:
        """Return the loss of all tokens of a batch that count, and how many they are, without learning from them."""

    def answer(self, prompt: Sequence[int], longest: int) -> list[int]:
        """Return the most likely tokens after a prompt, to the end of the answer or until they are `longest`."""

    def save(self, folder: Path) -> None:
        """Save the adapter in the form that the backend's own tools read."""

    def load(self, folder: Path) -> None:
        """Take up a saved adapter."""

    def save_state(self, folder: Path) -> None:
        """Save what going on needs beside the adapter: the optimiser and the random numbers to come."""

    def load_state(self, folder: Path) -> None:
        """Go on from there."""

    def merge(self, adapter: Path, folder: Path, tokenizer: Any) -> None:
        """Write a whole model into `folder`: the original one with a saved adapter merged into it."""


def load_tokenizer(settings: Settings) -> Any:
    """Return the model's tokenizer; the tiny model reads bytes."""
    from transformers import AutoTokenizer, ByT5Tokenizer

    return ByT5Tokenizer(extra_ids=0) if settings["backend"] == "tiny" else AutoTokenizer.from_pretrained(settings["model"])


def let_go() -> None:
    """Free the memory of a model to which no name points any more; the traceback of a stopped cell would hold it."""
    stopped = getattr(sys, "last_traceback", None)
    traceback.clear_frames(stopped)
    for frame, _ in traceback.walk_tb(stopped):
        frame.f_locals  # noqa: B018 - before Python 3.13 a copy, from which reading it takes what was cleared
    gc.collect()


def load_engine(settings: Settings) -> Engine:
    """Load the model with a fresh adapter."""
    if settings["backend"] == "mlx":
        from notebooks.finetuning.mlx_engine import MlxEngine

        return MlxEngine(settings)
    from notebooks.finetuning.torch_engine import TorchEngine

    return TorchEngine(settings)
