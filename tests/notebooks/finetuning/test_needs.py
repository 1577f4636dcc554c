"""What a training takes: the sizes are those of real models, and the notebook says the figures of Mistral-7B."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import pytest

from notebooks.finetuning.engine import TINY
from notebooks.finetuning.needs import Needs, Sizes, needs_of
from notebooks.finetuning.stop import Stop
from tests.notebooks.small_models import FOUR_BITS, SHAPE, save_for_cuda, save_for_mlx, save_tokenizer
from tests.repository import REPOSITORY

NOTEBOOK = REPOSITORY / "notebooks" / "mistral_qlora_training_monitored.ipynb"
MISTRAL_7B = {  # config.json of mistralai/Mistral-7B-v0.3
    "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
    "vocab_size": 32768, "tie_word_embeddings": False,
}  # fmt: skip
MISTRAL_7B_MLX = {**MISTRAL_7B, "quantization": {"group_size": 64, "bits": 4}}


def seven_billion(backend: str, tokens: int = 256) -> Needs:
    config, rank = (MISTRAL_7B, 16) if backend == "cuda" else (MISTRAL_7B_MLX, 8)
    return needs_of(config, {"backend": backend, "lora_rank": rank, "batch_size": 1, "max_seq_length": tokens})


def test_the_sizes_of_mistral_7b_are_those_that_are_published() -> None:
    sizes, norms = Sizes.of(MISTRAL_7B, rank=16), (2 * 32 + 1) * 4096
    assert sizes.linear + sizes.embeddings + norms == 7_248_023_552
    assert sizes.adapter == 41_943_040


def test_tied_embeddings_and_a_head_size_of_its_own_are_counted() -> None:
    tied, wide = Sizes.of({**TINY, "tie_word_embeddings": True}, 8), Sizes.of({**TINY, "head_dim": 64}, 8)
    assert tied.embeddings == 259 * 128
    assert wide.linear - Sizes.of(TINY, 8).linear == 2 * 2 * (4 + 2) * 32 * 128  # queries, outputs, keys and values


def test_a_model_of_another_kind_is_said() -> None:
    with pytest.raises(Stop, match=r"models of Mistral's and Llama's kind; this one's config\.json has no hidden_size\.$"):
        Sizes.of({"n_embd": 768}, 8)


def test_the_notebook_says_these_figures() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    (said,) = ("".join(cell["source"]) for cell in cells if cell["id"] == "needs-words")
    gb = 2**30
    for tokens in (256, 1024):
        cuda, mlx = (f"{seven_billion(backend, tokens).memory / gb:.1f} GB" for backend in ("cuda", "mlx"))
        assert f"| memory, {tokens} tokens | {cuda} of the GPU" in said or f"| memory, {tokens} tokens | {cuda}:" in said
        assert f"| {mlx}: a Mac" in said
    cuda, mlx = seven_billion("cuda"), seven_billion("mlx")
    assert f"| to download | {cuda.download / gb:.1f} GB | {mlx.download / gb:.1f} GB |" in said
    assert f"| checkpoints on disk | {cuda.checkpoints / gb:.1f} GB | {mlx.checkpoints / gb:.1f} GB |" in said
    assert f"| {cuda.merged / gb:.1f} GB more, and as much main memory | {mlx.merged / gb:.1f} GB more |" in said


def settings(backend: str, model: Path) -> dict[str, object]:
    return {
        "backend": backend, "model": str(model), "seed": 0, "lora_rank": 4, "lora_alpha": 8, "lora_dropout": 0.0,
        "learning_rate": 1e-2, "batch_size": 2, "max_seq_length": 64,
    }  # fmt: skip


@pytest.mark.integrations
@pytest.mark.filterwarnings("default")
def test_parameters_and_checkpoints_are_those_of_a_model_of_torch(tmp_path: Path) -> None:
    pytest.importorskip("peft")
    save_for_cuda(tmp_path)
    from notebooks.finetuning.torch_engine import TorchEngine

    with contextlib.redirect_stdout(io.StringIO()):
        model = TorchEngine(settings("cuda", tmp_path)).model
    lora = sum(parameter.numel() for name, parameter in model.named_parameters() if "lora_" in name)
    ends = sum(module.weight.numel() for module in (model.get_input_embeddings(), model.get_output_embeddings()))
    sizes = Sizes.of(SHAPE, rank=4)
    assert (sizes.adapter, sizes.embeddings) == (lora, ends)


@pytest.mark.integrations
@pytest.mark.filterwarnings("default")
def test_parameters_and_bytes_are_those_of_a_model_of_mlx(tmp_path: Path) -> None:
    save_for_mlx(tmp_path)
    save_tokenizer(tmp_path)
    from mlx.utils import tree_flatten

    from notebooks.finetuning.mlx_engine import MlxEngine

    model = MlxEngine(settings("mlx", tmp_path)).model
    lora = sum(array.size for _, array in tree_flatten(model.trainable_parameters()))
    config = {**SHAPE, "quantization": FOUR_BITS}
    assert Sizes.of(config, rank=4).adapter == lora
    on_disk = (tmp_path / "model.safetensors").stat().st_size
    assert needs_of(config, settings("mlx", tmp_path)).download == pytest.approx(on_disk, rel=0.3)  # its constants are in 32 bits
