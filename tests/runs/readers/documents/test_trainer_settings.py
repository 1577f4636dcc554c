"""The configuration of a training by Hugging Face's Trainer, from files that hold plain values."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

from trainmon.runs.readers.documents.trainer_settings import TrainerSettings

STATE = {"max_steps": 10, "num_train_epochs": 2, "train_batch_size": 8, "logging_steps": 5, "eval_steps": None}


def config_in(folder: Path, checkpoint: str | None = None, **state: Any) -> dict[str, Any]:
    settings = TrainerSettings(folder)
    settings.refresh(checkpoint)
    return settings.config({**STATE, **state})


def write(path: Path, content: str | dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def test_the_state_repeats_some_arguments(tmp_path: Path) -> None:
    assert config_in(tmp_path) == {"max_steps": 10, "num_train_epochs": 2, "train_batch_size": 8, "logging_steps": 5}


def test_the_largest_whole_number_is_no_number_of_epochs(tmp_path: Path) -> None:
    assert "num_train_epochs" not in config_in(tmp_path, num_train_epochs=9_223_372_036_854_775_807)


def test_an_adapter_is_described_beside_the_states_or_in_the_newest_checkpoint(tmp_path: Path) -> None:
    write(tmp_path / "checkpoint-10" / "adapter_config.json", {"r": 8, "lora_alpha": 16, "auto_mapping": None})
    assert config_in(tmp_path, "checkpoint-10")["adapter"] == {"r": 8, "lora_alpha": 16}
    write(tmp_path / "adapter_config.json", {"r": 4})
    assert config_in(tmp_path, "checkpoint-10")["adapter"] == {"r": 4}


def test_the_arguments_of_the_tools_that_train_with_it_are_those_that_name_the_output(tmp_path: Path) -> None:
    write(tmp_path / "training_args.yaml", "output_dir: out\nlora_rank: 8\nnum_train_epochs: 3.0\n")
    write(tmp_path / "args.json", {"output_dir": "out", "seed": 42})
    write(tmp_path / "other.yaml", "colour: red\n")
    config = config_in(tmp_path)
    assert (config["lora_rank"], config["seed"], config["num_train_epochs"]) == (8, 42, 2)
    assert "colour" not in config


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return Path.touch, (tmp_path / "sprung",)

    (tmp_path / "training_args.bin").write_bytes(pickle.dumps(Trap()))
    config_in(tmp_path)
    assert not (tmp_path / "sprung").exists()


def test_news_are_told_once(tmp_path: Path) -> None:
    settings = TrainerSettings(tmp_path)
    settings.refresh(None)
    write(tmp_path / "all_results.json", {"train_samples": 3})
    assert settings.refresh(None)
    assert settings.results() == {"train_samples": 3}
