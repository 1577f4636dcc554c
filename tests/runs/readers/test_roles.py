"""What the columns of other tools' logs are taken for, and why."""

from __future__ import annotations

import numpy as np
import pytest

from trainmon.runs.readers.roles import corrected, infer
from trainmon.runs.run import Column


def columns(*names: str, rows: int = 20, **given: list[float]) -> dict[str, Column]:
    """Return columns of these names: those not given count up from 0."""
    made = {name: np.arange(rows, dtype=float) for name in names} | {name: np.array(values) for name, values in given.items()}
    return {name: Column(name, values, np.ones(len(values), dtype=np.bool_)) for name, values in made.items()}


@pytest.mark.parametrize(
    ("names", "train", "evaluation"),
    [
        (("epoch", "loss", "val_loss"), "loss", "val_loss"),
        (("epoch", "train_loss_step", "train_loss_epoch", "val_loss"), "train_loss_step", "val_loss"),
        (("epoch", "train/box_loss", "train/cls_loss", "val/box_loss", "val/cls_loss"), "train/box_loss", "val/box_loss"),
        (("epoch", "loss_D", "loss_G", "val_loss_G"), "loss_G", "val_loss_G"),
        (("iteration", "main/loss", "validation/main/loss"), "main/loss", "validation/main/loss"),
        (("EPOCH", "TRAIN_LOSS", "TEST_LOSS"), "TRAIN_LOSS", "TEST_LOSS"),
        (("epoch", "train_loss", "valid_loss"), "train_loss", "valid_loss"),
        (("epoch", "loss", "test_loss"), "loss", "test_loss"),
        (("epoch", "loss_moyenne"), "loss_moyenne", None),
        (("iteration", "total_loss", "loss_cls", "loss_box_reg"), "total_loss", None),
        (("step", "loss", "out_caps_loss", "val_out_caps_loss"), "loss", None),
        (("epoch", "eval_loss"), None, "eval_loss"),
        (("epoch", "accuracy"), None, None),
        (("step", "loss", "eval_b_loss", "eval_a_loss"), "loss", "eval_b_loss"),
        (("step", "loss", "eval_a_loss", "eval_loss"), "loss", "eval_loss"),
        (("step", "loss", "box_loss", "val_box_loss"), "loss", None),
        (("round", "metrics/train_loss", "metrics/val_loss"), "metrics/train_loss", "metrics/val_loss"),
        (("epoch", "history.loss", "history.val_loss"), "history.loss", "history.val_loss"),
        (("column 1", "train", "val"), "train", "val"),
        (("column 1", "train", "test"), "train", "test"),
        (("epoch", "clip", "bias", "total"), "total", None),
        (("epoch", "train_loss", "val_mse", "val_rmse"), "train_loss", "val_mse"),
    ],
)
def test_a_total_goes_before_its_parts_and_a_validation_is_of_the_same_kind(
    names: tuple[str, ...], train: str | None, evaluation: str | None
) -> None:
    roles, _ = infer(columns(*names))
    assert (roles.get("train_loss"), roles.get("eval_loss")) == (train, evaluation)


def test_a_time_that_does_not_go_on_is_no_clock() -> None:
    seconds = np.random.default_rng(1).normal(0.3, 0.1, 20).tolist()
    assert "elapsed" not in infer(columns("iteration", "loss", time=seconds))[0]
    assert infer(columns("epoch", "loss", "time"))[0]["elapsed"] == "time"


def test_steps_that_count_inside_their_epoch_are_steps() -> None:
    steps = [float(step) for _ in range(10) for step in range(1, 11)]
    roles, _ = infer(columns(step=steps, loss=steps[::-1]))
    assert roles["step"] == "step"


def test_an_unnamed_column_that_counts_the_rows_is_the_epoch() -> None:
    roles, reasons = infer(columns("column 1", "loss"))
    assert roles["epoch"] == "column 1"
    assert reasons["epoch"] == "column 1 counts the rows by one"


def test_a_person_has_the_last_word_and_is_told_what_makes_no_sense() -> None:
    known = columns("epoch", "loss", "loss_G")
    roles, reasons = infer(known)
    said = {"train_loss": "loss_G", "epoch": "", "eval_loss": "nope", "colour": "loss"}
    problems = corrected(roles, reasons, said, known, "trainmon.toml")
    assert roles["train_loss"] == "loss_G"
    assert reasons["train_loss"] == "as trainmon.toml says"
    assert "epoch" not in roles
    assert [problem.reason.split(",")[0].split(":")[0] for problem in problems] == [
        "roles.eval_loss names the column 'nope'",
        "roles.colour is not known here",
    ]
