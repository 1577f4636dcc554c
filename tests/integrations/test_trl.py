"""The Hugging Face callback under TRL's SFTTrainer, with LoRA and a tokenizer made on the spot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integrations.following import Follower, attempts, column
from tests.integrations.test_huggingface import assert_same_as_the_trainers_own_log, history, looks, tiny_model
from tests.integrations.tiny_trl import tokenizer

datasets = pytest.importorskip("datasets")
peft = pytest.importorskip("peft")
trl = pytest.importorskip("trl")
pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours


def test_a_supervised_fine_tuning_is_followed_live_and_equals_the_trainers_own_log(tmp_path: Path) -> None:
    from trainmon.integrations.huggingface import TrainmonCallback

    run, follower = tmp_path / "run", Follower(tmp_path)
    texts = [{"text": " ".join(f"w{(first + more) % 20}" for more in range(6))} for first in range(40)]
    arguments = trl.SFTConfig(
        output_dir=str(run), num_train_epochs=2, per_device_train_batch_size=4, logging_steps=2, eval_strategy="steps",
        eval_steps=10, report_to=[], disable_tqdm=True, use_cpu=True, max_length=16, learning_rate=1e-2, bf16=False,
    )  # fmt: skip
    trainer = trl.SFTTrainer(
        model=tiny_model(), args=arguments, train_dataset=datasets.Dataset.from_list(texts),
        eval_dataset=datasets.Dataset.from_list(texts[:8]), processing_class=tokenizer(),
        peft_config=peft.LoraConfig(r=4, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"),
        callbacks=[TrainmonCallback(name="fine-tuning"), looks(follower)],
    )  # fmt: skip
    trainer.train()
    follower.check(run)
    entries = history(run)
    assert_same_as_the_trainers_own_log(run, entries)
    assert column(run, "mean_token_accuracy") == [entry["mean_token_accuracy"] for entry in entries if "loss" in entry]
    assert attempts(run) == [(1, False, "finished")]
