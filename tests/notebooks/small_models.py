"""Small models with random weights in a folder, in the place of Mistral-7B: loading, quantisation and LoRA are the real ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SHAPE = {
    "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
    "vocab_size": 257,
}  # fmt: skip
FOUR_BITS = {"group_size": 32, "bits": 4}
TEMPLATE = (
    "{% for message in messages %}<{{ message.role }}>{{ message.content }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def save_tokenizer(folder: Path, chat_template: str | None = None) -> None:
    """Save a tokenizer of bytes."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = {letter: at for at, letter in enumerate(["</s>", *sorted(pre_tokenizers.ByteLevel.alphabet())])}
    inner = Tokenizer(models.BPE(vocab=letters, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="</s>")
    tokenizer.chat_template = chat_template
    tokenizer.save_pretrained(folder)


def save_for_cuda(folder: Path) -> None:
    """Save a Mistral for transformers; bitsandbytes computes in 4 bits on a CPU too."""
    pytest.importorskip("bitsandbytes")
    from transformers import MistralConfig, MistralForCausalLM

    MistralForCausalLM(MistralConfig(**SHAPE, bos_token_id=None, eos_token_id=0)).save_pretrained(folder)


def save_for_mlx(folder: Path) -> None:
    """Save a Mistral in 4 bits for mlx-lm."""
    mx = pytest.importorskip("mlx.core", exc_type=ImportError)
    pytest.importorskip("mlx_lm", exc_type=ImportError)
    import mlx.nn
    from mlx.utils import tree_flatten
    from mlx_lm.models.llama import Model, ModelArgs

    arguments = {"model_type": "mistral", "rms_norm_eps": 1e-5, "tie_word_embeddings": False, **SHAPE}
    model = Model(ModelArgs(**arguments))
    mlx.nn.quantize(model, **FOUR_BITS)
    mx.save_safetensors(str(folder / "model.safetensors"), dict(tree_flatten(model.parameters())))
    (folder / "config.json").write_text(json.dumps({**arguments, "quantization": FOUR_BITS}))
