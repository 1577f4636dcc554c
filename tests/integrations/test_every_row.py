"""Whatever a library logs is in our log: the same values of every metric, in the same order, whatever is set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.integrations import own_logs
from tests.integrations.following import logged
from tests.integrations.own_logs import Log, accelerate, collected, hugging_face, keras, lightning, mlx, preferences, rewarded
from trainmon.runs.opening import open_run

pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours

COUNTED, NEVER_FINITE = {"include_num_input_tokens_seen": "all"}, {"learning_rate": 1e30, "max_grad_norm": 1e30}
TABLE: list[tuple[str, str, Callable[..., Log], Mapping[str, Any]]] = [
    ("Hugging Face", "as it is", hugging_face, {}),
    ("Hugging Face", "all tokens counted", hugging_face, COUNTED),
    ("Hugging Face", "tokens without padding counted", hugging_face, {"include_num_input_tokens_seen": "non_padding"}),
    ("Hugging Face", "nan in the log", hugging_face, {"logging_nan_inf_filter": False, **NEVER_FINITE}),
    ("Hugging Face", "nan filtered out", hugging_face, {"logging_nan_inf_filter": True, **NEVER_FINITE}),
    ("Hugging Face", "reports to TensorBoard too", hugging_face, {"report_to": ["tensorboard"]}),
    ("Hugging Face", "another callback takes total_flos", own_logs.with_ours_last, {}),
    ("Hugging Face", "evaluated at the start", hugging_face, {"eval_on_start": True}),
    ("Hugging Face", "two sets to evaluate on", own_logs.with_two_evaluations, {}),
    ("Hugging Face", "gradients accumulated", hugging_face, {"gradient_accumulation_steps": 5, "logging_steps": 1}),
    ("Hugging Face", "first step logged", hugging_face, {"logging_first_step": True}),
    ("Hugging Face", "epochs logged", hugging_face, {"epochs": 3, "logging_strategy": "epoch", "eval_strategy": "epoch"}),
    ("Hugging Face", "fewer steps than an epoch", hugging_face, {"max_steps": 5}),
    ("Hugging Face", "more steps than the epochs", hugging_face, {"max_steps": 15}),
    ("Hugging Face", "memory measured", hugging_face, {"skip_memory_metrics": False}),
    ("Hugging Face", "resumed", own_logs.resumed_by_hugging_face, {}),
    ("Hugging Face", "resumed and evaluated at the start", own_logs.resumed_by_hugging_face, {"eval_on_start": True}),
    ("TRL", "SFT", own_logs.supervised, {}),
    ("TRL", "SFT, packed", own_logs.supervised, {"packing": True}),
    ("TRL", "SFT, packed, all tokens counted", own_logs.supervised, {"packing": True, **COUNTED}),
    ("TRL", "SFT, two steps left at the end", own_logs.supervised, {"logging_steps": 4, **COUNTED}),
    ("TRL", "DPO", preferences, {"eval_strategy": "steps", "eval_steps": 3}),
    ("TRL", "DPO, all tokens counted", preferences, COUNTED),
    ("TRL", "GRPO", rewarded, {"eval_strategy": "steps", "eval_steps": 2}),
    ("TRL", "GRPO, all tokens counted", rewarded, COUNTED),
    ("Lightning", "as it is", lightning, {}),
    ("Lightning", "validated twice an epoch", lightning, {"val_check_interval": 0.5}),
    ("Lightning", "gradients accumulated", lightning, {"accumulate_grad_batches": 3}),
    ("Lightning", "a number of steps", lightning, {"epochs": -1, "max_steps": 21}),
    ("Lightning", "tested after", lightning, {"test": True}),
    ("Lightning", "stopped by an error", own_logs.lightning_that_fails, {}),
    ("Lightning", "losses of other names", own_logs.lightning_without_a_known_loss, {}),
    ("Lightning", "a metric twice at a step", own_logs.lightning_with_a_metric_twice_a_step, {}),
    ("Lightning", "resumed", own_logs.resumed_by_lightning, {}),
    ("Keras", "as it is", keras, {}),
    ("Keras", "validated every second epoch", keras, {"validation_freq": 2}),
    ("Keras", "not validated", keras, {"validation_data": None}),
    ("Keras", "learning rate lowered", keras, {"callback": "lowers the rate"}),
    ("Keras", "stopped early", keras, {"callback": "stops"}),
    ("Keras", "every second batch", own_logs.keras_batches, {}),
    ("Keras", "resumed", own_logs.resumed_by_keras, {}),
    ("MLX-LM", "as it is", mlx, {}),
    ("MLX-LM", "reports that do not divide", mlx, {"steps_per_report": 3}),
    ("MLX-LM", "every iteration", mlx, {"steps_per_report": 1, "steps_per_eval": 1}),
    ("MLX-LM", "gradients accumulated", mlx, {"grad_accumulation_steps": 3}),
    ("MLX-LM", "one report", mlx, {"steps_per_report": 50, "steps_per_eval": 50}),
    ("MLX-LM", "resumed", own_logs.resumed_by_mlx, {}),
    ("Accelerate", "a loss and a validation", accelerate, {"calls": [{"train_loss": 2.0, "lr": 0.1}, {"eval_loss": 1.0}]}),
    ("Accelerate", "without a step", accelerate, {"calls": [{"loss": 2.0}, {"loss": 1.0}], "first_step": None}),
    ("Accelerate", "tensors", own_logs.accelerate_tensors, {}),
    ("Accelerate", "nan and infinity", accelerate, {"calls": [{"loss": float("nan")}, {"loss": float("inf")}]}),
    ("Accelerate", "metrics without a loss", accelerate, {"calls": [{"accuracy": 0.5}, {"accuracy": 0.6}]}),
    ("Accelerate", "the loss of a step and of its epoch", own_logs.accelerate_both_losses, {}),
    ("Accelerate", "resumed", own_logs.accelerate_twice, {}),
]  # fmt: skip


def ours(directory: Path) -> Log:
    """Return what counts in our log: of a training that was resumed, the rows that were not trained again."""
    rows = logged(directory)
    counting = [rows[at] for at in open_run(directory).chains[-1].line]
    for row in counting:
        if row["phase"] == "epoch":
            row["train_loss_epoch"] = row.pop("loss")
    return collected({name: cell for name, cell in row.items() if name not in ("timestamp", "phase")} for row in counting)


@pytest.mark.parametrize(("train", "how"), [row[2:] for row in TABLE], ids=[f"{row[0]}: {row[1]}" for row in TABLE])
def test_every_value_of_the_librarys_own_log_is_in_ours(
    train: Callable[..., Log], how: Mapping[str, Any], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    own = train(run, **how)
    found = ours(run)
    for name, values in own.items():
        np.testing.assert_array_equal(found.get(name, []), values, err_msg=name)
