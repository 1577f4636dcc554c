"""Validation far above training."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import falling, inputs, only
from trainmon.diagnosis.train_val_gap import find_train_val_gap


def test_a_gap_that_opened_is_a_notice_and_from_three_times_a_warning() -> None:
    train = falling(160)
    for level, severity in ((1.0, "notice"), (3.0, "warning")):
        gap = only(list(find_train_val_gap(inputs(train, np.maximum(train[9::10], level)))), "train_val_gap")
        assert gap.severity == severity


def test_losses_on_another_scale_from_the_start_have_no_gap() -> None:
    train = falling(160)
    assert list(find_train_val_gap(inputs(train, 5 * train[9::10]))) == []
