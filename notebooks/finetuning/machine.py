"""Whether a training fits on this machine: asked before anything large is loaded, not found out in hour three."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from notebooks.finetuning.engine import TINY
from notebooks.finetuning.needs import GB, Needs
from notebooks.finetuning.stop import Stop

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
MAIN_MEMORY = "This machine"
LARGE = GB  # to download: without a GPU a model of this size takes days where it should take hours


def model_config(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model's config.json, from its folder, the cache or the Hub; stop where it cannot be had."""
    if settings["backend"] == "tiny":
        return dict(TINY)
    model = settings["model"]
    file = Path(model, "config.json") if Path(model).is_dir() else _from_hub(model)
    return dict(json.loads(file.read_text(encoding="utf-8")))


def check_machine(settings: Mapping[str, Any], needs: Needs, output: Path, *, merges: bool) -> None:
    """Stop with a sentence for everything that this training will run out of."""
    backend = settings["backend"]
    problems = [
        *_memory_problems(backend, needs),
        *(_merging_problems(needs) if merges and backend == "cuda" else ()),
        *_disk_problems(settings, needs, output, merges),
    ]
    if problems:
        raise Stop("\n".join(problems))


def _from_hub(model: str) -> Path:
    from huggingface_hub import auth_check, hf_hub_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    config = _cached(model, "config.json")
    if config is not None and _is_here(model):
        return config
    try:
        auth_check(model)
        return Path(hf_hub_download(model, "config.json"))
    except GatedRepoError as error:
        raise Stop(
            f"{model} is gated: accept its conditions on https://huggingface.co/{model}, make a token on "
            "https://huggingface.co/settings/tokens, and give it to `hf auth login` in a terminal, or to this kernel as HF_TOKEN."
        ) from error
    except RepositoryNotFoundError as error:
        raise Stop(f"{model} is no folder here, and no model on https://huggingface.co that your token may see.") from error
    except Exception as error:  # the libraries below raise errors of their own
        raise Stop(f"{model} is not on this machine, and https://huggingface.co cannot be reached: {error}.") from error


def _cached(model: str, file: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(model, file)
    return Path(found) if isinstance(found, str) else None


def _is_here(model: str) -> bool:
    """Say whether a model's weights need no download."""
    if Path(model).is_dir() or _cached(model, WEIGHTS):
        return True
    index = _cached(model, INDEX)
    if index is None:
        return False
    shards = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    return all(_cached(model, shard) for shard in shards)


def _memory_problems(backend: str, needs: Needs) -> list[str]:
    place, free = _free_memory(backend)
    if place == MAIN_MEMORY and backend != "tiny" and needs.download > LARGE:
        chip = "NVIDIA GPU" if backend == "cuda" else "Apple silicon"
        return [f'BACKEND is "{backend}", and this kernel sees no {chip}: a model of this size would take weeks on the CPU.']
    if needs.memory <= free:
        return []
    return [
        f"{place} has {free / GB:.1f} GB of memory free, and the training takes about {needs.memory / GB:.1f} GB: "
        "close what else uses it, or make max_seq_length, batch_size or the model smaller."
    ]


def _merging_problems(needs: Needs) -> list[str]:
    """Return what is wrong where a GPU's model is to be merged in main memory."""
    free = _free_memory("tiny")[1]
    if needs.merged <= free:
        return []
    return [
        f"This machine has {free / GB:.1f} GB of main memory free, and merging takes {needs.merged / GB:.1f} GB at the end: "
        'set EXPORT = "adapter", and merge elsewhere.'
    ]


def _free_memory(backend: str) -> tuple[str, float]:
    """Return whose memory the training uses, and how many bytes are free."""
    if backend == "cuda":
        import torch

        if torch.cuda.is_available():
            torch.cuda.empty_cache()
            return "The GPU", float(torch.cuda.mem_get_info()[0])
    if backend == "mlx":
        import mlx.core as mx

        if mx.metal.is_available():  # macOS lends the GPU about two thirds of the machine's memory
            return "The GPU", float(mx.device_info()["max_recommended_working_set_size"])
    import psutil

    return MAIN_MEMORY, float(psutil.virtual_memory().available)


def _disk_problems(settings: Mapping[str, Any], needs: Needs, output: Path, merges: bool) -> list[str]:
    """Return a sentence for each disk that gets full."""
    wanted = [(_existing(output), needs.checkpoints + merges * needs.merged)]
    if settings["backend"] != "tiny" and not _is_here(settings["model"]):
        from huggingface_hub.constants import HF_HUB_CACHE

        wanted.append((_existing(Path(HF_HUB_CACHE)), needs.download))
    disks: dict[int, tuple[Path, float]] = {}
    for place, size in wanted:
        disk = place.stat().st_dev
        disks[disk] = (place, size + disks.get(disk, (place, 0.0))[1])
    return [
        f"The disk of {place} has {free / GB:.1f} GB free, and the training takes about {size / GB:.1f} GB there."
        for place, size in disks.values()
        if (free := shutil.disk_usage(place).free) < size
    ]


def _existing(place: Path) -> Path:
    """Return a folder, or the nearest one above it that exists."""
    return next(folder for folder in (place, *place.parents) if folder.exists())
