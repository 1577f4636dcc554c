"""The configuration of a training by Hugging Face's Trainer, as far as it lies in files that hold plain values."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trainmon.runs.readers.documents.json_document import JsonDocument
from trainmon.runs.readers.numbers import sound
from trainmon.runs.readers.yaml_document import YamlDocument

# Not eval_steps: the state has it whether or not a validation was asked for.
STATE_KEYS = ("max_steps", "num_train_epochs", "train_batch_size", "logging_steps", "save_steps")
# A Trainer that is limited by steps alone writes the largest whole number there is for its epochs.
MOST_EPOCHS = 1e9
ADAPTER_FILE = "adapter_config.json"
ADAPTER_KEYS = (
    "base_model_name_or_path", "peft_type", "task_type", "r", "lora_alpha", "lora_dropout", "target_modules", "bias",
    "use_dora", "use_rslora", "modules_to_save",
)  # fmt: skip
RESULT_FILES = ("all_results.json", "train_results.json")
MOST_YAML = 5  # files of a folder that are looked into


class TrainerSettings:
    """Follows the files beside the states of one folder: those of PEFT, LLaMA-Factory, ms-swift and axolotl."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._adapter = JsonDocument(folder / ADAPTER_FILE)
        self._results = [JsonDocument(folder / name) for name in RESULT_FILES]
        self._arguments: list[JsonDocument | YamlDocument] = [JsonDocument(folder / "args.json")]
        self._names: list[str] = []

    def refresh(self, newest_checkpoint: str | None) -> bool:
        """Read the files where one changed, and say whether one did; until the end the adapter lies in the checkpoint."""
        here = self._folder / ADAPTER_FILE
        adapter = here if newest_checkpoint is None or here.exists() else self._folder / newest_checkpoint / ADAPTER_FILE
        if adapter != self._adapter.path:
            self._adapter = JsonDocument(adapter)
        names = sorted(name for name in _listed(self._folder) if name.endswith((".yaml", ".yml")))[:MOST_YAML]
        if names != self._names:
            self._names = names
            self._arguments = [self._arguments[0], *(YamlDocument(self._folder / name) for name in names)]
        changed = [document.refresh() for document in (self._adapter, *self._results, *self._arguments)]
        return any(changed)

    def config(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of the training, and those that its state repeats."""
        found: dict[str, Any] = {}
        for document in self._arguments:
            if "output_dir" in document.value:  # every tool that trains with the Trainer names it
                found |= document.value
        found |= {key: state[key] for key in STATE_KEYS if state.get(key) is not None}
        epochs = sound(found.get("num_train_epochs"))
        if epochs is None or epochs >= MOST_EPOCHS:
            found.pop("num_train_epochs", None)
        adapter = {key: self._adapter.value[key] for key in ADAPTER_KEYS if key in self._adapter.value}
        return {**found, "adapter": adapter} if adapter else found

    def results(self) -> dict[str, Any]:
        """Return what the Trainer's script summed up at the end."""
        return {**self._results[1].value, **self._results[0].value}


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
