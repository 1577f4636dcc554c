"""Advice names the setting of the library that a training runs on, with its present value."""

from __future__ import annotations

from typing import Any

import pytest

from trainmon import wording
from trainmon.diagnosis.finding import Evidence, Finding, Setup
from trainmon.wording.findings import actions
from trainmon.wording.findings.settings import LIBRARIES, Action, said

HUGGING_FACE: dict[str, Any] = {
    "per_device_train_batch_size": 4, "gradient_accumulation_steps": 4, "max_length": 2048, "gradient_checkpointing": False,
    "fp16": True, "bf16": False, "max_grad_norm": 1.0, "warmup_ratio": 0.0, "warmup_steps": 0, "learning_rate": 2e-4,
}  # fmt: skip
MLX = {"batch_size": 4, "max_seq_length": 2048, "num_layers": 16, "grad_checkpoint": False, "steps_per_eval": 200}


def advice(kind: str, library: str, config: dict[str, Any], case: str = "", **evidence: float) -> tuple[str, ...]:
    """Return the advice of a finding in a training that was set up like this."""
    numbers = {name: Evidence(value) for name, value in evidence.items()}
    return wording.finding_words(Finding(kind, "error", "loss", (), numbers, case, (40,), setup=Setup(library, config))).advice


def test_hugging_face_is_told_what_to_write_and_what_it_is_now() -> None:
    assert advice("low_memory", "huggingface", HUGGING_FACE)[:3] == (
        "reduce the batch size, and raise gradient_accumulation_steps to keep the effective one: "
        "per_device_train_batch_size=2 (now 4), gradient_accumulation_steps=8 (now 4)",
        "recompute activations, which is slower but needs less memory: gradient_checkpointing=True",
        "use shorter sequences: max_length=1024 (now 2048)",
    )
    assert advice("non_finite", "huggingface", HUGGING_FACE, learning_rate=1e-4)[:3] == (
        "lower the learning rate: learning_rate=2e-05 (now 0.0002)",
        "clip the gradients: max_grad_norm=0.3 (now 1.0)",
        "use bf16 instead of fp16: fp16=False, bf16=True",
    )
    assert "warm up for longer: warmup_ratio=0.03 (now 0.0)" in advice("diverging", "huggingface", HUGGING_FACE)


def test_mlx_is_told_the_flags_of_its_command_line() -> None:
    assert advice("memory_crash", "mlx", MLX)[:4] == (
        "reduce the batch size, and raise gradient_accumulation_steps to keep the effective one: "
        "--batch-size 2 (now 4), --grad-accumulation-steps 2",
        "recompute activations, which is slower but needs less memory: --grad-checkpoint",
        "use shorter sequences: --max-seq-length 1024 (now 2048)",
        "train fewer layers: --num-layers 8 (now 16)",
    )


def test_what_is_set_already_is_no_advice() -> None:
    tight = {**HUGGING_FACE, "per_device_train_batch_size": 1, "gradient_checkpointing": True, "bf16": True, "fp16": False}
    told = " ".join(advice("low_memory", "huggingface", tight) + advice("non_finite", "huggingface", tight))
    assert "batch size" not in told
    assert "recompute" not in told
    assert "bf16" not in told


def test_without_a_configuration_the_advice_is_general() -> None:
    assert advice("low_memory", "", {})[:3] == (
        "reduce the batch size, and raise gradient_accumulation_steps to keep the effective one",
        "recompute activations, which is slower but needs less memory (gradient checkpointing)",
        "use shorter sequences (max_seq_length)",
    )
    assert "clip the gradients (max_grad_norm 1.0)" in advice("diverging", "", {})


def test_a_loop_of_ones_own_is_told_the_names_that_its_configuration_has() -> None:
    guide = {"num_epochs": 3, "batch_size": 2, "learning_rate": 1e-3, "max_seq_length": 256}
    assert "use shorter sequences: max_seq_length=128 (now 256)" in advice("low_memory", "", guide)
    assert "clip the gradients (max_grad_norm 1.0)" in advice("diverging", "", guide)


def test_a_library_whose_value_is_not_known_is_told_the_name_of_its_setting() -> None:
    assert advice("diverging", "huggingface", {}, learning_rate=2e-4)[0] == (
        "lower the learning rate (learning_rate): try 2e-05 (a tenth of the present 0.0002), or 1e-6"
    )
    assert "clip the gradients: Trainer(gradient_clip_val=1.0)" in advice("diverging", "lightning", {})
    assert 'use bf16 instead of fp16: Trainer(precision="bf16-mixed")' in advice("non_finite", "lightning", {})


def test_a_library_that_has_no_such_setting_is_not_told_the_name_of_another() -> None:
    assert "clip the gradients" in advice("diverging", "mlx", MLX)
    assert "lower the learning rate: try 2e-05 (a tenth of the present 0.0002), or 1e-6" in advice(
        "diverging", "lightning", {}, learning_rate=2e-4
    )


def test_nested_settings_are_found() -> None:
    keras = {"optimizer": {"name": "Adam", "learning_rate": 1e-3, "clipnorm": None}}
    assert advice("diverging", "keras", keras)[0] == "lower the learning rate: learning_rate=0.0001 (now 0.001)"
    assert "clip the gradients: clipnorm=1.0" in advice("diverging", "keras", keras)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("value", [None, True, False, 0, 1, -1, 0.7, 16, 1e-4, "16-mixed", "auto", float("nan"), {"a": 1}, [1]])
def test_no_value_of_a_setting_breaks_a_sentence(library: str, value: object) -> None:
    config = {key.split(".")[-1]: value for setting in LIBRARIES[library].values() for key in setting.keys}
    setup = Setup(library, {**config, "optimizer": config})
    for action in [each for each in vars(actions).values() if isinstance(each, Action)]:
        told = said(action, setup)
        assert told is None or ("None" not in told and "{" not in told)
