"""What advice changes in the configuration: the settings of the libraries that people train with, by what they are for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trainmon.wording.findings.values import Setup

Change = Callable[[Any, object], object]  # the present value, and the one to begin with -> the next to try; None: none is left


@dataclass(frozen=True)
class Setting:
    """One setting of a library: its names (the configuration tells which of them holds) and how it is written down.

    `start` is the value to begin with where it is not set, "" where none is sure. `own` is a name that people choose themselves:
    it is one only where the configuration has it.
    """

    keys: tuple[str, ...]
    form: str = "{key}={value}"
    start: object = ""
    own: bool = False

    def written(self, key: str, value: object) -> str:
        """Return the setting with a value as its library takes it, its name alone for no value."""
        name = key.rpartition(".")[2]
        if value == "" or (value is True and self.form.startswith("--")):
            return self.form.partition("{value}")[0].format(key=name, flag=name.replace("_", "-")).rstrip("= ")
        return self.form.format(key=name, flag=name.replace("_", "-"), value=_value(value))


def _python(*keys: str, start: object = "") -> Setting:
    return Setting(keys, start=start)


def _flag(*keys: str, start: object = "") -> Setting:
    return Setting(keys, "--{flag} {value}", start)


def _trainer(key: str, start: object = "") -> Setting:
    return Setting((key,), "Trainer({key}={value})", start)


def _own(*keys: str, start: object = "") -> Setting:
    return Setting(keys, start=start, own=True)


# Names as the libraries document them: transformers' TrainingArguments and TRL's SFTConfig (max_seq_length until 0.15),
# mlx_lm.lora, lightning's Trainer, Keras' optimizers, Ultralytics' train settings. A loop of one's own has those of the guide.
OWN_RATE = _own("learning_rate", "lr")
LIBRARIES: dict[str, dict[str, Setting]] = {
    "huggingface": {
        "rate": _python("learning_rate"),
        "warm_up": _python("warmup_ratio", "warmup_steps", start=0.03),
        "clip": _python("max_grad_norm", start=1.0),
        "fp16": _python("fp16", start=False),
        "bf16": _python("bf16", start=True),
        "batch": _python("per_device_train_batch_size"),
        "accumulate": _python("gradient_accumulation_steps"),
        "length": _own("max_length", "max_seq_length", "cutoff_len", "sequence_len"),
        "recompute": _python("gradient_checkpointing", start=True),
        "epochs": _python("num_train_epochs"),
        "validate": _python("eval_steps"),
        "keep": _python("load_best_model_at_end", start=True),
        "keep_several": _python("save_total_limit", start=3),
        "save": _python("save_steps"),
        "decay": _python("weight_decay", start=0.01),
        "workers": _python("dataloader_num_workers", start=2),
        "filter": _python("logging_nan_inf_filter", start=False),
    },
    "mlx": {
        "rate": _flag("learning_rate"),
        "batch": _flag("batch_size"),
        "accumulate": _flag("grad_accumulation_steps", start=2),
        "length": _flag("max_seq_length"),
        "recompute": _flag("grad_checkpoint", start=True),
        "layers": _flag("num_layers"),
        "validate": _flag("steps_per_eval"),
        "save": _flag("save_every"),
    },
    "keras": {
        "rate": _python("optimizer.learning_rate"),
        "clip": _python("optimizer.clipnorm", start=1.0),
        "decay": _python("optimizer.weight_decay", start=0.01),
        "batch": _python("batch_size"),
        "epochs": _python("epochs"),
    },
    "lightning": {
        "rate": OWN_RATE,
        "clip": _trainer("gradient_clip_val", start=1.0),
        "fp16": _trainer("precision", start="bf16-mixed"),
        "batch": _own("batch_size"),
        "accumulate": _trainer("accumulate_grad_batches", start=2),
        "length": _own("max_length", "max_seq_length"),
        "validate": _trainer("val_check_interval"),
        "epochs": _trainer("max_epochs"),
        "workers": _own("num_workers"),
    },
    "ultralytics": {
        "rate": _python("lr0"),
        "warm_up": _python("warmup_epochs"),
        "fp16": _python("amp", start=False),
        "batch": _python("batch"),
        "length": _python("imgsz"),
        "epochs": _python("epochs"),
        "patience": _python("patience"),
        "decay": _python("weight_decay"),
        "workers": _python("workers"),
        "save": _python("save_period"),
    },
    "": {
        "rate": OWN_RATE,
        "warm_up": _own("warmup_ratio", "warmup_steps", start=0.03),
        "clip": _own("max_grad_norm", "grad_clip", "gradient_clip_val", start=1.0),
        "fp16": _own("fp16", start=False),
        "batch": _own("batch_size"),
        "accumulate": _own("gradient_accumulation_steps", "grad_accumulation_steps"),
        "length": _own("max_seq_length", "max_length"),
        "recompute": _own("gradient_checkpointing", "grad_checkpoint", start=True),
        "epochs": _own("num_epochs", "epochs"),
        "workers": _own("num_workers"),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Action:
    """One thing to try. `what` says it, `general` ends the sentence where no setting is known: in brackets, what only some have.

    `changes` are the settings that do it, by what they are for, and how each changes; the first one decides: where nothing is
    left to change in it, the advice is not given.
    """

    what: str
    general: str = ""
    changes: tuple[tuple[str, Change], ...] = ()
    only_known: bool = False


def said(action: Action, setup: Setup) -> str | None:
    """Return an action as a sentence with the settings that do it and their present values; None where it is no advice here."""
    named: list[str] = []
    written: list[str] = []
    for purpose, change in action.changes:
        found = _found(purpose, setup)
        value = found.next(change) if found is not None else ""
        if purpose == action.changes[0][0]:
            if value is None:
                return None
            if found is None:
                break
        if found is not None and value is not None:
            (named if value == "" else written).append(found.written(value))
    if written:
        return f"{action.what}: {', '.join(written)}"
    if action.only_known and not named:
        return None
    anywhere = action.general if action.general.startswith((":", ",")) or not setup.library else ""
    return f"{action.what} ({', '.join(named)}){anywhere}" if named else f"{action.what}{anywhere}"


@dataclass(frozen=True)
class _Found:
    """A setting of a training: under which name, and its present value where the configuration has it."""

    setting: Setting
    key: str
    present: Any = None
    there: bool = False

    def next(self, change: Change) -> object:
        """Return the value to try, "" where none can be named, None where there is nothing left to try."""
        return change(self.present, self.setting.start) if self.there else self.setting.start

    def written(self, value: object) -> str:
        """Return the setting with a value, and what it is now."""
        shown = self.there and self.present is not None and not isinstance(self.present, bool)
        return self.setting.written(self.key, value) + (f" (now {_value(self.present)})" if shown else "")


def _found(purpose: str, setup: Setup) -> _Found | None:
    """Return the setting for a purpose; of several names the one that is set, else one that is there, else the first."""
    setting = LIBRARIES[setup.library].get(purpose)
    if setting is None:
        return None
    held = {key: value for key in setting.keys if (value := _at(setup.config, key)) is not _ABSENT}
    if not held:
        return None if setting.own else _Found(setting, setting.keys[0])
    key = next((key for key, value in held.items() if value), next(iter(held)))
    return _Found(setting, key, held[key], there=True)


_ABSENT = object()


def _at(config: Mapping[str, Any], key: str) -> Any:
    """Return the value of a dotted key that is plain, _ABSENT where there is none."""
    value: Any = config
    for part in key.split("."):
        value = value.get(part, _ABSENT) if isinstance(value, Mapping) else _ABSENT
    return value if value is None or isinstance(value, bool | int | float | str) else _ABSENT


def _value(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if not isinstance(value, float):
        return str(value)
    text = f"{value:.4g}"
    return f"{text}.0" if text.lstrip("-").isdigit() else text
