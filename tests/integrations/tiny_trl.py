"""Small trainings with TRL, one for each of its ways to train; made only where TRL is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integrations.test_huggingface import VOCABULARY, tiny_model

datasets = pytest.importorskip("datasets")
trl = pytest.importorskip("trl")

USUAL = {
    "per_device_train_batch_size": 4, "logging_steps": 2, "learning_rate": 1e-2, "report_to": [], "disable_tqdm": True,
    "use_cpu": True, "bf16": False,
}  # fmt: skip


def tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = ["<pad>", "<eos>", "<unk>", *(f"w{number}" for number in range(VOCABULARY - 3))]
    inner = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>")


def text(first: int, words: int) -> str:
    return " ".join(f"w{(first + more) % 20}" for more in range(words))


def supervised(directory: Path, **settings: Any) -> Any:
    """Return a trainer of whole texts."""
    from trainmon.integrations.huggingface import TrainmonCallback

    rows = datasets.Dataset.from_list([{"text": text(first, 6)} for first in range(40)])
    arguments = trl.SFTConfig(output_dir=str(directory), **{**USUAL, "num_train_epochs": 1, "max_length": 16, **settings})
    return trl.SFTTrainer(
        model=tiny_model(), args=arguments, train_dataset=rows, eval_dataset=rows.select(range(8)),
        processing_class=tokenizer(), callbacks=[TrainmonCallback()],
    )  # fmt: skip


def preferences(directory: Path, **settings: Any) -> Any:
    """Return a trainer that prefers one of two answers."""
    from trainmon.integrations.huggingface import TrainmonCallback

    rows = datasets.Dataset.from_list(
        [{"prompt": text(first, 2), "chosen": text(first + 2, 2), "rejected": text(first + 7, 2)} for first in range(24)]
    )
    arguments = trl.DPOConfig(output_dir=str(directory), **{**USUAL, "num_train_epochs": 1, "max_length": 12, **settings})
    return trl.DPOTrainer(
        model=tiny_model(), ref_model=tiny_model(), args=arguments, train_dataset=rows, eval_dataset=rows.select(range(4)),
        processing_class=tokenizer(), callbacks=[TrainmonCallback()],
    )  # fmt: skip


def rewarded(directory: Path, **settings: Any) -> Any:
    """Return a trainer that is rewarded for different words."""
    from trainmon.integrations.huggingface import TrainmonCallback

    def different_words(completions: list[str], **_: Any) -> list[float]:
        return [float(len(set(each.split()))) for each in completions]

    rows = datasets.Dataset.from_list([{"prompt": text(first, 2)} for first in range(8)])
    short = {"max_steps": 3, "num_generations": 2, "max_completion_length": 2, "logging_steps": 1}
    return trl.GRPOTrainer(
        model=tiny_model(), reward_funcs=different_words, processing_class=tokenizer(), callbacks=[TrainmonCallback()],
        args=trl.GRPOConfig(output_dir=str(directory), **{**USUAL, **short, **settings}), train_dataset=rows,
        eval_dataset=rows.select(range(4)),
    )  # fmt: skip
