"""The callback in mlx-lm's real LoRA training, of a tiny Mistral with random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integrations.following import Follower, attempts, column
from trainmon.runs.opening import open_run

mx = pytest.importorskip("mlx.core", exc_type=ImportError)
pytest.importorskip("mlx_lm", exc_type=ImportError)
pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours


class Kept:
    """Keeps what mlx-lm reports, passes it on, and lets a follower look."""

    def __init__(self, inner: Any, follower: Follower | None) -> None:
        self.inner, self.follower = inner, follower
        self.train, self.val = list[dict[str, Any]](), list[dict[str, Any]]()

    def on_train_loss_report(self, info: dict[str, Any]) -> None:
        self.train.append(dict(info))
        self.inner.on_train_loss_report(info)
        if self.follower is not None:
            self.follower.look()

    def on_val_loss_report(self, info: dict[str, Any]) -> None:
        self.val.append(dict(info))
        self.inner.on_val_loss_report(info)


def tiny_model() -> Any:
    from mlx_lm.models.llama import Model, ModelArgs  # mlx-lm runs Mistral with it
    from mlx_lm.tuner.utils import linear_to_lora_layers

    mx.random.seed(0)
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "intermediate_size": 32, "num_attention_heads": 2, "vocab_size": 32}
    model = Model(ModelArgs(model_type="mistral", rms_norm_eps=1e-5, num_key_value_heads=1, **shape))
    model.freeze()
    linear_to_lora_layers(model, 1, {"rank": 4, "scale": 10.0, "dropout": 0.0})
    return model


def train(directory: Path, iterations: int = 20, before: int = 0, follower: Follower | None = None, **settings: Any) -> Kept:
    """Train with mlx-lm, from its saved adapters where iterations came before."""
    import mlx.optimizers
    from mlx_lm.tuner.trainer import TrainingArgs, train

    from trainmon.integrations.mlx import TrainmonCallback

    directory.mkdir(exist_ok=True)
    usual = {
        "batch_size": 4, "iters": iterations, "val_batches": 1, "steps_per_report": 2, "steps_per_eval": 10, "steps_per_save": 10,
        "max_seq_length": 16, "adapter_file": str(directory / "adapters.safetensors"),
    }  # fmt: skip
    arguments = TrainingArgs(**{**usual, **settings})
    model = tiny_model()
    if before:
        model.load_weights(str(directory / "adapters.safetensors"), strict=False)
    kept = Kept(TrainmonCallback(directory, arguments, iterations_before=before), follower)
    rows = [([(first + more) % 32 for more in range(12)], 0) for first in range(32)]
    train(
        model=model, optimizer=mlx.optimizers.Adam(learning_rate=1e-2), args=arguments,
        train_dataset=rows, val_dataset=rows[:8], training_callback=kept,
    )  # fmt: skip
    return kept


def test_a_training_is_followed_live_and_equals_what_mlx_lm_reports(tmp_path: Path) -> None:
    run = tmp_path / "run"
    follower = Follower(tmp_path)
    kept = train(run, follower=follower)
    follower.check(run)
    pairs = {
        "loss": "train_loss",
        "step": "iteration",
        "learning_rate": "learning_rate",
        "tokens_per_second": "tokens_per_second",
    }
    for ours, theirs in pairs.items():
        assert column(run, ours, "train") == [info[theirs] for info in kept.train]
    for ours, theirs in {"val_loss": "val_loss", "step": "iteration"}.items():
        assert column(run, ours, "eval") == [info[theirs] for info in kept.val]
    assert attempts(run) == [(1, False, "finished")]
    assert open_run(run).plan.total_steps == 20
    assert [saved.step for saved in open_run(run).checkpoints if saved.step] == [10, 20]


def test_resumed_from_saved_adapters_it_is_a_second_attempt_of_one_chain(tmp_path: Path) -> None:
    train(tmp_path, 10)
    train(tmp_path, 6, before=10)
    assert attempts(tmp_path) == [(1, False, "finished"), (1, True, "finished")]
    assert column(tmp_path, "step", "train") == [2, 4, 6, 8, 10, 12, 14, 16]
    assert open_run(tmp_path).plan.total_steps == 16
    assert open_run(tmp_path).chains[0].ghosts.size == 0  # a validation before the next iteration trains none again


def test_the_tokens_of_a_resumed_training_go_on(tmp_path: Path) -> None:
    first = train(tmp_path, 10).train
    second = train(tmp_path, 6, before=10).train
    third = train(tmp_path, 2, before=16).train
    counts = [[info["trained_tokens"] for info in each] for each in (first, second, third)]
    assert counts[0][0] == counts[1][0] == counts[2][0]  # mlx-lm counts from 0 each time
    before = [0, counts[0][-1], counts[0][-1] + counts[1][-1]]
    assert column(tmp_path, "trained_tokens") == [at + count for at, each in zip(before, counts, strict=True) for count in each]


def test_begun_anew_it_is_a_second_chain(tmp_path: Path) -> None:
    train(tmp_path, 4)
    train(tmp_path, 4)
    assert attempts(tmp_path) == [(1, False, "finished"), (2, False, "finished")]
