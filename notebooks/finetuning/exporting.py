"""What is taken away from a training: the adapter of a checkpoint, or a whole model."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from notebooks.finetuning.checkpoints import EXPORTS, STATE, Checkpoint
from notebooks.finetuning.encoding import FALLBACK_TEMPLATE
from notebooks.finetuning.engine import Engine
from notebooks.finetuning.stop import Stop


def export(kind: str, checkpoint: Checkpoint, engine: Engine, tokenizer: Any, settings: Mapping[str, Any]) -> str:
    """Write the adapter of a checkpoint, or a model merged with it, beside it; return where it is and how it is used."""
    if kind not in EXPORTS:
        raise Stop(f'EXPORT is {kind!r}: it has to be "adapter", "merged" or None.')
    place = checkpoint.folder.parent / kind
    shutil.rmtree(place, ignore_errors=True)
    if kind == "adapter":
        shutil.copytree(checkpoint.folder, place, ignore=shutil.ignore_patterns(STATE))
    else:
        engine.merge(checkpoint.folder, place, tokenizer)
    what = "The adapter of" if kind == "adapter" else "A whole model with the adapter of"
    prompt = "[INST] ... [/INST]" if kind == "adapter" and tokenizer.chat_template == FALLBACK_TEMPLATE else "..."
    return f"{what} {checkpoint.folder.name} is in {place}. To use it:\n    {_use(kind, place, settings, prompt)}"


def _use(kind: str, place: Path, settings: Mapping[str, Any], prompt: str) -> str:
    model, merged = settings["model"], kind == "merged"
    if settings["backend"] == "mlx":
        which = f"--model {place}" if merged else f"--model {model} --adapter-path {place}"
        return f'mlx_lm.generate {which} --prompt "{prompt}"'
    if merged:
        return f'AutoModelForCausalLM.from_pretrained("{place}")'
    base = "the same tiny model" if settings["backend"] == "tiny" else f'AutoModelForCausalLM.from_pretrained("{model}")'
    return f'PeftModel.from_pretrained({base}, "{place}"), asked with "{prompt}"'
