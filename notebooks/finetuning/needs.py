"""How much memory and disk a training takes, computed from the sizes in a model's config.json.

What the backward pass keeps was compared with small models on a CPU: for mlx it was right to 4 %, for torch a quarter too much.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notebooks.finetuning.checkpoints import NEWEST
from notebooks.finetuning.stop import Stop

Config = Mapping[str, Any]

GB = 2**30
SIZES = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size")  # in config.json
NF4_BITS = 4.127  # 4, and 0.127 for the constants with double quantisation: Dettmers et al., QLoRA (2023), section 3
MLX_CONSTANTS_BITS = 32  # mlx keeps a scale and a bias of 16 bits for each group of weights
ADAPTER_BYTES = {"weights": 4, "gradient": 4, "adam": 8}  # of each of the adapter's parameters, all in 32 bits
RESERVE = 0.75 * GB  # the driver's own, and memory that is free but in pieces too small


@dataclass(frozen=True)
class Sizes:
    """The sizes of a model of Mistral's or Llama's kind: parameters, and what a layer computes for one token."""

    hidden: int
    inner: int
    layers: int
    vocabulary: int
    linear: int  # parameters of the linear layers, which are quantised and get an adapter
    embeddings: int  # parameters at both ends
    adapter: int

    @classmethod
    def of(cls, config: Config, rank: int) -> Sizes:
        """Return the sizes of a model with an adapter of this rank at every linear layer."""
        missing = [name for name in SIZES if name not in config]
        if missing:
            raise Stop(f"This notebook trains models of Mistral's and Llama's kind; this one's config.json has no {missing[0]}.")
        hidden, inner, layers, heads, vocabulary = (config[name] for name in SIZES)
        head = config.get("head_dim") or hidden // heads
        queries, keys = head * heads, head * config.get("num_key_value_heads", heads)
        shapes = [(hidden, queries), (hidden, keys), (hidden, keys), (queries, hidden), *[(hidden, inner)] * 3]
        ends = 1 if config.get("tie_word_embeddings") else 2
        return cls(
            hidden, inner, layers, vocabulary,
            linear=layers * sum(a * b for a, b in shapes), embeddings=ends * vocabulary * hidden,
            adapter=layers * rank * sum(a + b for a, b in shapes),
        )  # fmt: skip


@dataclass(frozen=True)
class Needs:
    """Bytes: to download, of memory (the GPU's, or Apple silicon's), and on disk for all checkpoints and for a merged model."""

    download: float
    memory: float
    checkpoints: float
    merged: float

    def __str__(self) -> str:
        return (
            f"about {self.memory / GB:.1f} GB of memory, {self.download / GB:.1f} GB to download, "
            f"{self.checkpoints / GB:.1f} GB for checkpoints, {self.merged / GB:.1f} GB for a merged model"
        )


def needs_of(config: Config, settings: Mapping[str, Any]) -> Needs:
    """Return what a training with these settings takes of a machine."""
    sizes = Sizes.of(config, settings["lora_rank"])
    tokens = settings["batch_size"] * settings["max_seq_length"]
    mlx = settings["backend"] == "mlx"
    on_disk = (sizes.linear + sizes.embeddings) * (_mlx_bits(config) if mlx else 16) / 8
    in_memory = on_disk if mlx else sizes.linear * NF4_BITS / 8 + sizes.embeddings * 4  # peft turns the rest to 32 bits
    activations = _mlx_activations(sizes, tokens) if mlx else _torch_activations(sizes, tokens)
    saved = sizes.adapter * (ADAPTER_BYTES["weights"] + ADAPTER_BYTES["adam"])
    return Needs(
        download=on_disk,
        memory=in_memory + sizes.adapter * sum(ADAPTER_BYTES.values()) + activations + RESERVE,
        checkpoints=saved * (NEWEST + 2),  # the best, and one that is being written
        merged=on_disk,
    )


def _mlx_bits(config: Config) -> float:
    quantisation = config.get("quantization")
    return quantisation["bits"] + MLX_CONSTANTS_BITS / quantisation["group_size"] if quantisation else 16


def _torch_activations(sizes: Sizes, tokens: int) -> float:
    """Return what the backward pass keeps: with gradient checkpointing, the inputs of all layers and the inside of one."""
    layer = 10 * sizes.hidden + 4 * sizes.inner
    return 4.0 * tokens * (sizes.layers * sizes.hidden + 2 * layer + 3 * sizes.vocabulary)


def _mlx_activations(sizes: Sizes, tokens: int) -> float:
    """Return the same for mlx, which keeps the inside of every layer, much of it in 32 bits, as the adapter is."""
    layer = 10 * sizes.hidden + 4 * sizes.inner
    return tokens * (4.4 * (sizes.layers + 1) * layer + 12.0 * sizes.vocabulary)
