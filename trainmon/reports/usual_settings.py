"""Which settings say something of a training, and which its library would have set by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trainmon.comparison.configuration import Settings, comparable

FEW = 24  # settings that a reader takes in at a glance: they are all shown
# Hugging Face's TrainingArguments.to_dict() has more than a hundred lines, whoever set three of them. These are the defaults that
# are not empty or off, of transformers 4 and 5 (src/transformers/training_args.py); none is listed that a reader always wants
# to see: learning rate and its schedule, batch sizes, epochs, steps, optimizer, seed.
HUGGING_FACE: Mapping[str, tuple[Any, ...]] = {
    "accelerator_config.even_batches": (True,),
    "accelerator_config.use_seedable_sampler": (True,),
    "adam_beta1": (0.9,),
    "adam_beta2": (0.999,),
    "adam_epsilon": (1e-8,),
    "average_tokens_across_devices": (False, True),
    "dataloader_num_workers": (0,),
    "dataloader_pin_memory": (True,),
    "ddp_timeout": (1800,),
    "eval_delay": (0,),
    "eval_do_concat_batches": (True,),
    "eval_strategy": ("no",),
    "evaluation_strategy": ("no",),
    "fp16_backend": ("auto",),
    "fp16_opt_level": ("O1",),
    "fsdp_config.min_num_params": (0,),
    "fsdp_min_num_params": (0,),
    "half_precision_backend": ("auto",),
    "hub_strategy": ("every_save",),
    "hub_token": ("<HUB_TOKEN>",),
    "include_num_input_tokens_seen": (False, "no"),
    "label_smoothing_factor": (0.0,),
    "length_column_name": ("length",),
    "local_rank": (-1, 0),
    "log_level": ("passive",),
    "log_level_replica": ("warning",),
    "log_on_each_node": (True,),
    "logging_nan_inf_filter": (True,),
    "logging_steps": (500,),
    "logging_strategy": ("steps",),
    "max_grad_norm": (1.0,),
    "max_steps": (-1, 0),
    "past_index": (-1,),
    "project": ("huggingface",),
    "push_to_hub_token": ("<PUSH_TO_HUB_TOKEN>",),
    "ray_scope": ("last",),
    "remove_unused_columns": (True,),
    "save_safetensors": (True,),
    "save_steps": (500,),
    "save_strategy": ("steps",),
    "skip_memory_metrics": (True,),
    "trackio_space_id": ("trackio",),
    "train_sampling_strategy": ("random",),
    "warmup_ratio": (0.0,),
    "warmup_steps": (0,),
    "weight_decay": (0.0,),
}
KNOWN_BY = frozenset(
    {"per_device_train_batch_size", "gradient_accumulation_steps", "lr_scheduler_type"}
)  # whose settings they are
EMPTY: tuple[Any, ...] = (None, "", [], {})


def told_and_usual(settings: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the settings that say something, and those that are empty, off, or the library's own; of few, all say something."""
    if len(settings) <= FEW:
        return dict(settings), {}
    defaults = HUGGING_FACE if settings.keys() >= KNOWN_BY else {}
    usual = {name: value for name, value in settings.items() if _among(value, (*EMPTY, *defaults.get(name, (False,))))}
    return {name: value for name, value in settings.items() if name not in usual}, usual


def _among(value: Any, others: tuple[Any, ...]) -> bool:
    """Say whether a value is one of others; no is another one than 0."""
    return comparable(value) in map(comparable, others)
