"""Hugging Face: a callback for the Trainer of transformers, and for what is built on it, as TRL's SFTTrainer is."""

from __future__ import annotations

import os
from typing import Any, Unpack

from trainmon import wording
from trainmon.errors import MissingLibraryError
from trainmon.integrations.training_log import TrackerOptions, TrainingLog

try:
    from transformers import TrainerCallback
except ImportError as error:
    raise MissingLibraryError(wording.missing_library(__name__, "transformers", "transformers")) from error


CLOSING_SUMS = {
    "train_loss", "total_flos", "train_runtime", "train_samples_per_second", "train_steps_per_second",
    "train_tokens_per_second", "num_input_tokens_seen",
}  # fmt: skip


class TrainmonCallback(TrainerCallback):
    """Logs what a Trainer logs: `Trainer(..., callbacks=[TrainmonCallback()])`.

    The directory is the Trainer's own `output_dir`, where its checkpoints are, unless another is given; further arguments
    are those of MetricsTracker. Training that goes on from a checkpoint resumes its chain.
    """

    def __init__(self, output_dir: str | os.PathLike[str] | None = None, **options: Unpack[TrackerOptions]) -> None:
        self._output_dir = output_dir
        self._log = TrainingLog(options)
        self.left_out = self._log.left_out
        self._training = False

    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:
        """Begin an attempt; the processes of a distributed training other than the first log nothing."""
        if not state.is_world_process_zero:
            return
        self._training = True
        found: TrackerOptions = {"config": _config(args, model), "total_steps": state.max_steps}
        if args.max_steps <= 0:  # else they override the epochs
            found["total_epochs"] = args.num_train_epochs
        self._log.begin(self._output_dir or args.output_dir, found, resumed=state.global_step > 0)

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
        """Write a row of what the Trainer logged, its closing sums left out."""
        if not state.is_world_process_zero:
            return
        values = dict(logs or {})
        epoch = values.pop("epoch", state.epoch)
        if _are_closing_sums(values, state.log_history):
            self._log.leave_out(wording.CLOSING_SUMS)
            values = {name: value for name, value in values.items() if name not in CLOSING_SUMS}
            if not values:  # TRL adds the means of the steps since the row before, where there were any
                return
        self._log.row(epoch, state.global_step, values)
        if not self._training:
            self._log.close()

    def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Make the epoch's rows durable."""
        self._log.save()

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Write the summary."""
        self._training = False
        batch = args.train_batch_size * args.gradient_accumulation_steps * args.world_size
        self._log.end(samples=state.global_step * batch)


def _are_closing_sums(logs: dict[str, Any], history: list[dict[str, Any]]) -> bool:
    """Return whether the Trainer sums up; a callback may have taken total_flos out of the log, not out of its history."""
    return "train_loss" in logs and ("total_flos" in logs or (bool(history) and "total_flos" in history[-1]))


def _config(args: Any, model: Any) -> dict[str, Any]:
    """Return the arguments of the Trainer, and what the model is."""
    config = dict(args.to_dict())
    if model is not None:
        parameters = list(model.parameters())
        config["model_type"] = getattr(getattr(model, "config", None), "model_type", type(model).__name__)
        config["parameters"] = sum(each.numel() for each in parameters)
        config["trainable_parameters"] = sum(each.numel() for each in parameters if each.requires_grad)
    return config
