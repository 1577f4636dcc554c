"""mlx and mlx-lm: LoRA beside weights that stay in 4 bits, on Apple silicon."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mlx.core as mx
import mlx.nn as nn
from mlx.optimizers import AdamW, clip_grad_norm
from mlx.utils import tree_flatten, tree_map, tree_unflatten
from mlx_lm import load
from mlx_lm.generate import stream_generate
from mlx_lm.tuner.utils import linear_to_lora_layers, print_trainable_parameters
from mlx_lm.utils import save

from notebooks.finetuning.encoding import NOT_LEARNED, Batch
from notebooks.finetuning.engine import Settings

ADAPTER, ADAPTER_CONFIG = "adapters.safetensors", "adapter_config.json"  # the names that mlx-lm looks for
OPTIMIZER, RANDOM = "optimizer.safetensors", "random.safetensors"


class MlxEngine:
    """A model of mlx-lm with its LoRA layers."""

    def __init__(self, settings: Settings) -> None:
        mx.clear_cache()
        self._settings = settings
        self.model, self._tokenizer = load(settings["model"])
        mx.random.seed(settings["seed"])
        self.model.freeze()
        scale = settings["lora_alpha"] / settings["lora_rank"]
        lora = {"rank": settings["lora_rank"], "scale": scale, "dropout": settings["lora_dropout"]}
        self._adapter_config = {"fine_tune_type": "lora", "num_layers": len(self.model.layers), "lora_parameters": lora}
        linear_to_lora_layers(self.model, len(self.model.layers), lora)
        print_trainable_parameters(self.model)
        self._optimizer = AdamW(learning_rate=settings["learning_rate"], weight_decay=0.01)
        self._optimizer.init(self.model.trainable_parameters())
        self._loss_and_gradient = nn.value_and_grad(self.model, _sum)

    def step(self, batches: Sequence[Batch], learning_rate: float) -> tuple[float, float]:
        """Take one step of the optimiser over all batches; each learned token weighs the same."""
        self.model.train()
        total, count, gradient = 0.0, 0, None
        for batch in batches:
            (loss, learned), new = self._loss_and_gradient(self.model, *_arrays(batch))
            gradient = new if gradient is None else tree_map(mx.add, gradient, new)
            mx.eval(loss, gradient)
            total, count = total + loss.item(), count + learned.item()
        gradient, norm = clip_grad_norm(tree_map(lambda part: part / count, gradient), 1.0)
        self._optimizer.learning_rate = learning_rate
        self._optimizer.update(self.model, gradient)
        mx.eval(self.model.parameters(), self._optimizer.state)
        return total / count, norm.item()

    def loss(self, batch: Batch) -> tuple[float, int]:
        """Return the loss of all learned tokens of a batch, and how many they are."""
        self.model.eval()
        loss, learned = _sum(self.model, *_arrays(batch))
        return loss.item(), learned.item()

    def answer(self, prompt: Sequence[int], longest: int) -> list[int]:
        """Return the most likely tokens after a prompt."""
        self.model.eval()
        said = stream_generate(self.model, self._tokenizer, list(prompt), max_tokens=longest)
        return [response.token for response in said]

    def save(self, folder: Path) -> None:
        """Save the adapter as mlx-lm does: `mlx_lm.generate --adapter-path` takes the folder."""
        mx.save_safetensors(str(folder / ADAPTER), dict(tree_flatten(self.model.trainable_parameters())))
        config = {"model": self._settings["model"], **self._adapter_config}
        (folder / ADAPTER_CONFIG).write_text(json.dumps(config, indent=4), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Take up an adapter of mlx-lm's."""
        self.model.load_weights(str(folder / ADAPTER), strict=False)

    def save_state(self, folder: Path) -> None:
        """Save the optimiser, and the state of MLX's random numbers: dropout draws from them."""
        mx.save_safetensors(str(folder / OPTIMIZER), dict(tree_flatten(self._optimizer.state)))
        mx.save_safetensors(str(folder / RANDOM), {"key": mx.random.state[0]})

    def load_state(self, folder: Path) -> None:
        """Go on with that optimiser and these random numbers."""
        self._optimizer.state = tree_unflatten(list(mx.load(str(folder / OPTIMIZER)).items()))
        high, low = mx.load(str(folder / RANDOM))["key"].tolist()
        mx.random.seed(high << 32 | low)  # a key is its seed in two words; some versions of mlx let no one assign it

    def merge(self, adapter: Path, folder: Path, tokenizer: Any) -> None:
        """Merge an adapter as `mlx_lm.fuse` does: the merged weights have as many bits as the original ones."""
        name = self._settings["model"]
        model, _, config = load(name, adapter_path=str(adapter), return_config=True)
        fused = [(path, module.fuse()) for path, module in model.named_modules() if hasattr(module, "fuse")]
        model.update_modules(tree_unflatten(fused))
        save(folder, name, model, tokenizer, config)


def _sum(model: Any, tokens: mx.array, labels: mx.array) -> tuple[mx.array, mx.array]:
    """Return the loss of all learned tokens, and how many they are."""
    learned = labels != NOT_LEARNED
    losses = nn.losses.cross_entropy(model(tokens), mx.where(learned, labels, 0))
    return (losses * learned).astype(mx.float32).sum(), learned.sum()


def _arrays(batch: Batch) -> tuple[mx.array, mx.array]:
    """Return the tokens to read and for each the label of the one after it, padded to the same length."""
    longest = max(len(each.tokens) for each in batch)
    tokens = [each.tokens + [0] * (longest - len(each.tokens)) for each in batch]
    labels = [each.labels + [NOT_LEARNED] * (longest - len(each.labels)) for each in batch]
    return mx.array(tokens)[:, :-1], mx.array(labels)[:, 1:]
