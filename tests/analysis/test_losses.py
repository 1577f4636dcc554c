"""Which part of a loss a column holds."""

from __future__ import annotations

import pytest

from trainmon.analysis.losses import part_of_loss


@pytest.mark.parametrize(
    "column",
    [
        "loss", "val_loss", "train_loss_step", "train/loss", "main/loss", "validation/main/loss", "total_loss", "loss_moyenne",
        "TEST_LOSS", "eval_loss", "trainLoss", "lm_loss", "epoch_loss", "Verlust", "perda_val",
    ],
)  # fmt: skip
def test_a_whole_loss_has_no_part(column: str) -> None:
    assert part_of_loss(column) == ""


@pytest.mark.parametrize(
    ("columns", "part"),
    [
        (("train/box_loss", "val/box_loss"), "box"),
        (("loss_G", "val_loss_G", "g_loss"), "g"),
        (("train/dfl_loss",), "dfl"),
        (("out_caps_loss", "val_out_caps_loss"), "out caps"),
        (("train_domain_loss",), "domain"),
        (("nll_loss",), "nll"),
    ],
)
def test_train_and_validation_of_one_part_are_the_same_part(columns: tuple[str, ...], part: str) -> None:
    assert {part_of_loss(column) for column in columns} == {part}
